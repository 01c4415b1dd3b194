#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Say which of two intervals was longer (Genovesio, Tsujimoto & Wise 2009, doi:10.1016/j.neuron.2009.06.018, with the
/// timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 300, first stimulus 300..600, delay 800 or 1500, second stimulus 300..600, delay 500, decision
/// 300. The stimuli last whole steps, drawn uniformly and never equally long (so that every trial has an answer).
/// Inputs: fixation (1 until the decision), first stimulus, second stimulus, without noise. Classes: 0 before the
/// decision, then 1 (first longer) or 2; cross-entropy; what follows a shorter trial does not count. Conditions: pairs
/// of 300, 450 and 600 ms with the delay of 800 ms; representations reach to the end of the shortest trial. Context for
/// dynamics: the delay's input.
class IntervalDiscrimination final : public Task {
 public:
  static Description description();
  explicit IntervalDiscrimination(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void make_trial(Index n_first, Index n_delay, Index n_second, Trial& trial) const;
  Index steps_of(double duration_ms) const;
  TaskInfo info_;
};

}  // namespace cohort
