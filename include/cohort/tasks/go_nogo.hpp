#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Respond to one stimulus, not to another, after a delay (Zhang et al. 2019, doi:10.7554/eLife.43191, with the timing
/// of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: stimulus 500, `delay` 500, decision 500. Inputs: fixation (1 until the decision), no-go and go
/// stimulus, without noise. Class 1 (go) in the decision of go trials, 0 otherwise; cross-entropy, all steps.
/// Conditions: no-go, go. Context for dynamics: the delay's input.
class GoNogo final : public Task {
 public:
  static Description description();
  explicit GoNogo(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  Epoch stimulus_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
