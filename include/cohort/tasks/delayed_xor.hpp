#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Say whether two cues, a delay apart, were alike (Liu et al. 2022, "Biologically-plausible backpropagation through
/// arbitrary timespans via local neuromodulators" (ModProp), released code).
///
/// `cue` 100 ms, `delay` 700 ms, `cue`; steps of 1 ms. The first cue may come on input 1, the second on input 2, each
/// with probability 1/2: a Gaussian bump of height `amplitude` = 2 and standard deviation cue/4. Both inputs rest at
/// 0.02 and carry normal noise of standard deviation `noise` = 0.01 per step. Class 1 when both cues or none came, 0
/// otherwise; cross-entropy at the last step. Conditions: the four pairs. Context for dynamics: the delay's input.
class DelayedXor final : public Task {
 public:
  static Description description();
  explicit DelayedXor(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  Epoch first_, second_;
  VectorXd bump_;  ///< [steps of a cue]
  double noise_;
  TaskInfo info_;
};

}  // namespace cohort
