#pragma once

#include <cohort/similarity/condition_folds.hpp>
#include <cohort/similarity/representation.hpp>
#include <cohort/store/schema.hpp>
#include <cohort/study/study.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// The recordings of a study as analyses compare them.
class ComparedRecordings {
 public:
  /// `n_conditions` of `n_times` are the samples of the study's networks.
  ComparedRecordings(const Study& study, Index n_conditions, Index n_times);

  std::size_t size() const { return recordings_.size(); }
  /// As written in the study.
  const std::string& name(std::size_t recording) const { return names_[recording]; }
  const Representation& operator[](std::size_t recording) const { return recordings_[recording]; }
  /// The same with its trials.
  const Recording& recorded(std::size_t recording) const { return *recorded_[recording]; }
  /// Whether any of them keeps trials apart.
  bool have_trials() const;

  /// Whether a network shows it all its samples.
  bool takes_all_samples(std::size_t recording) const;
  /// The samples of a network that stand beside it: of the conditions that it has, at its times (see
  /// Recording::kept_conditions, network_times). `values` [n_samples x n_units] are all of them.
  MatrixXd samples_beside(std::size_t recording, const MatrixXd& values) const;
  /// The same as a representation; none where its units are silent at these samples.
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
  std::vector<std::shared_ptr<const Recording>> recorded_;
  Index n_conditions_;  ///< of the task
  std::vector<std::optional<ConditionFolds>> folds_;
  std::vector<std::uint64_t> contents_;
};

}  // namespace cohort
