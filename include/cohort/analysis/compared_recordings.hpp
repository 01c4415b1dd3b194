#pragma once

#include <cohort/similarity/condition_folds.hpp>
#include <cohort/similarity/representation.hpp>
#include <cohort/store/schema.hpp>
#include <cohort/study/study.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// The recordings of a study as analyses compare them.
class ComparedRecordings {
 public:
  /// `n_conditions` is how many the samples of the study's networks have.
  ComparedRecordings(const Study& study, Index n_conditions);

  std::size_t size() const { return recordings_.size(); }
  /// As written in the study.
  const std::string& name(std::size_t recording) const { return names_[recording]; }
  const Representation& operator[](std::size_t recording) const { return recordings_[recording]; }
  /// What is made of a network's samples beside it, see Recording::network_times.
  const MatrixXd& network_times(std::size_t recording) const { return network_times_[recording]; }
  /// What of a network stands beside it; none where its units are silent at these times.
  std::optional<Representation> beside(std::size_t recording, const Representation& network) const;
  /// Folds over its conditions; null where those of the study's samples serve, or there are not two.
  const ConditionFolds* folds(std::size_t recording) const;
  /// Stands for the numbers in it and for that; never 0.
  std::uint64_t content(std::size_t recording) const { return contents_[recording]; }

  /// The dimension recording.
  Schema dimensions() const;

 private:
  std::vector<std::string> names_;
  std::vector<Representation> recordings_;
  std::vector<MatrixXd> network_times_;
  std::vector<std::optional<ConditionFolds>> folds_;
  std::vector<std::uint64_t> contents_;
};

}  // namespace cohort
