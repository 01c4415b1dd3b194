#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Say which of two intervals was longer (Genovesio, Tsujimoto & Wise 2009, doi:10.1016/j.neuron.2009.06.018, with the
/// timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 300, first stimulus 300..600, delay ~ U(`delay_min`, `delay_max`) = U(800, 1500), second
/// stimulus 300..600, delay 500, decision 300, each rounded down to whole steps. The stimuli last any number of steps
/// with equal probability, never equally long (so that every trial has an answer). `dt` is 20 ms, not NeuroGym's 80,
/// which would leave five lengths only. Inputs: fixation (1 until the decision), first stimulus, second stimulus,
/// without noise. Classes: 0 before the decision, then 1 (first longer) or 2; cross-entropy; what follows a shorter
/// trial does not count.
///
/// Conditions: differences of 1, 2, 4, ... steps up to the largest; for each the shortest, the middle and the longest
/// pair, in both orders, so that neither stimulus alone tells the answer. Evaluation repeats each `repeats` times with
/// random delays; representations reach to the end of the shortest trial. A training trial's condition is the first
/// with its answer. Context for dynamics: the delay's input.
class IntervalDiscrimination final : public Task {
 public:
  static Description description();
  explicit IntervalDiscrimination(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  struct Pair {
    Index first, second;  ///< steps
  };

  Index steps_of(double duration_ms) const;
  std::vector<Pair> evaluation_pairs() const;
  Index trial_steps(const Pair& pair, Index n_delay) const;
  void make_trial(const Pair& pair, RandomStream& stream, Trial& trial) const;

  double delay_min_, delay_max_;  ///< [ms]
  std::vector<Pair> pairs_;       ///< of the conditions
  TaskInfo info_;
};

}  // namespace cohort
