#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/run_level_analysis.hpp>
#include <cohort/dynamics/fixed_points.hpp>

namespace cohort {

/// Fixed points of every network at every level, in the contexts of the task, with their stability: /dynamics, and
/// numbers of each network beside them (see run_scalars).
///
/// Starts are states the network visits on the task's evaluation trials, plus normal noise in proportion to their
/// standard deviation: the same draws at every level of a run.
class FixedPointSearch final : public RunLevelAnalysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// Throws UserError, with its place in the study file, for an architecture without derivatives.
  FixedPointSearch(const Study& study, const Design& design);

  double cost(std::size_t item) const override;
  /// Untrained networks mostly fall to one point, in a tenth of the time.
  bool can_be_tried() const override { return false; }

 private:
  void analyse(const TrainedNetwork& network, const StopCheck& stop, ItemValues& values) const override;

  std::vector<std::string> names_;                              ///< of all contexts of the task
  std::vector<std::pair<std::size_t, InputContext>> contexts_;  ///< those that are searched, with their number
  std::vector<bool> is_searched_;                               ///< [level]
  std::vector<double> cost_;                                    ///< of a network, per architecture
  std::size_t max_states_ = 0, n_inputs_ = 0;
  double dt_ms_, slow_ms_;
};

}  // namespace cohort
