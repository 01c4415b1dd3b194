#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/arm_kinematics.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Delayed center-out reach to one of eight targets (Hatsopoulos, Xu & Amit 2007, doi:10.1523/JNEUROSCI.2020-07.2007),
/// as trained by Liu, Yang & Cueva 2025.
///
/// Steps of 10 ms. Inputs: sin θ and cos θ of the target during a smoothed cue of 23 steps, and a hold cue that is on
/// from the first step and fades out over 8 steps when the reach may start. The cue starts after interval1 ~ U{0..49}
/// steps; the hold cue ends interval2 ~ U{0..149} steps after it. Outputs: shoulder and elbow angle, 51 samples from
/// 100 ms before to 400 ms after movement onset, starting `offset` steps after the end of the hold cue; zero before
/// (counted in the loss), masked after. Masked mean squared error.
///
/// Evaluation: the eight reaches with intervals 25 and 105 in 250 steps; the published error is that of 1000 random
/// trials, drawn like those of training, so the two are not equal. Representations are the 121 steps from 800 ms
/// before to 400 ms after step `onset`, the step laid on the recording's movement onset (the published analysis uses
/// 185). Contexts for dynamics: hold (cue on, no target) and move (no input).
class CenterOutReachHatsopoulos2007 final : public Task {
 public:
  static Description description();
  explicit CenterOutReachHatsopoulos2007(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void make_trial(int reach, Index interval1, Index interval2, Index n_steps, Trial& trial) const;

  Index offset_;
  ArmKinematics arm_;
  TaskInfo info_;
};

}  // namespace cohort
