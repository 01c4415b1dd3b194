#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/dynamics/fixed_points.hpp>
#include <cohort/study/design.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Fixed points of the last network of every finished run, in every context of the task, with their stability:
/// /dynamics. An item is a run; a run that ended before its last level keeps fill values.
///
/// Starts are states the network visits on the task's evaluation trials, plus normal noise of a tenth of their standard
/// deviation.
class FixedPointSearch final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// Throws UserError, with its place in the study file, for an architecture of spiking units. `study` and `design`
  /// must outlive this.
  FixedPointSearch(const Study& study, const Design& design);

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override { return design_.size(); }
  std::string item_name(std::size_t item) const override;
  double cost(std::size_t item) const override;
  /// Untrained networks mostly fall to one point, in a tenth of the time.
  bool can_be_tried() const override { return false; }
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 private:
  std::size_t size_of(const std::string& dimension) const;

  const Study& study_;
  const Design& design_;
  std::string name_ = "dynamics/fixed_points";
  std::vector<InputContext> contexts_;
  std::vector<std::size_t> states_of_architecture_;
  std::vector<double> parameters_of_architecture_;
  std::size_t max_states_ = 0;
  std::uint64_t options_;  ///< hash of what the points depend on beside the run
};

}  // namespace cohort
