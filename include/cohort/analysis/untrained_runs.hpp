#pragma once

#include <cohort/analysis/finished_runs.hpp>
#include <cohort/study/design.hpp>

#include <map>

namespace cohort {

/// The runs of a study as they are before the first update, at every level: something for analyses to be tried on when
/// nothing is trained yet. Networks are made when they are asked for; what the last few do is kept.
class UntrainedRuns final : public FinishedRuns {
 public:
  /// `study` and `design` must outlive this.
  UntrainedRuns(const Study& study, const Design& design);

  std::size_t size() const override { return design_.size(); }
  std::uint64_t checksum(std::size_t run) const override { return run + 1; }
  const std::vector<std::string>& levels() const override { return levels_; }
  Matrix<float> representation(std::size_t run, std::size_t level) const override;
  std::vector<float> parameters(std::size_t run, std::size_t level) const override;

 private:
  const Study& study_;
  const Design& design_;
  std::vector<std::string> levels_;
  mutable std::map<std::size_t, Matrix<float>> kept_;  ///< representations by run
};

}  // namespace cohort
