#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Generate smooth patterns from a clock-like input that is the same in every trial (Nicola & Clopath 2017; Bellec et
/// al. 2020, doi:10.1038/s41467-020-17236-y; Liu et al. 2022).
///
/// Each output's target is a sum of four sines of 1, 2, 3 and 5 cycles in a trial (periods 1000, 500, 333 and 200 ms at
/// the default length; in the released code the last step repeats the first), amplitudes ~ U(.5, 2), phases ~ U(0, 2π),
/// shifted to start at 0, then scaled to a largest absolute value of 1. Mean squared error, all steps. Inputs: `units`
/// Poisson spike trains at `rate`, drawn once ("frozen"); with input=none one input that is 1 at the first step and 0
/// after (a network that starts at rest needs a push).
///
/// `pattern` says which targets and spikes: they depend on this number and the sizes alone, never on the run, so all
/// networks of a study learn the same. Context for dynamics: the mean input.
class PatternGeneration final : public Task {
 public:
  static Description description();
  explicit PatternGeneration(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  MatrixXd inputs_, targets_;
  TaskInfo info_;
};

}  // namespace cohort
