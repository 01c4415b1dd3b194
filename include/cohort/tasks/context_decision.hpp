#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Decide by one of two noisy stimuli, whichever the context names (Mante, Sussillo, Shenoy & Newsome 2013,
/// doi:10.1038/nature12742, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 300, stimulus 750, delay ~ exponential of mean `delay_mean` = 600 within [`delay_min`,
/// `delay_max`] = [300, 3000], decision 100; evaluation waits for the mean. Each epoch, the delay too, is rounded down
/// to whole steps by itself, as in NeuroGym; a delay shorter than a step has none. What follows a shorter trial is
/// silent and does not count. Inputs: fixation (1 until the decision), (1 ± coherence)/2 for the two choices in
/// modality 1 and in modality 2 during the stimulus, with normal noise there (standard deviation 1/√(dt/ms) by default;
/// in NeuroGym on fixation and context too), and the context (one-hot, always). `coherences` [%]: {5, 15, 50}, signs of
/// the modalities independent. Classes: 0 before the decision, then 1 or 2; cross-entropy. Conditions: 2 contexts x the
/// signed coherences (6 x 6). Contexts for dynamics: each context with a stimulus of coherence 0.
///
/// Summing the relevant evidence, which nothing surpasses, is right in 0.941 of the trials: 0.825, 0.997, then 1 by
/// coherence.
class ContextDecision final : public Task {
 public:
  static Description description();
  explicit ContextDecision(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  Index trial_steps(Index n_delay) const { return stimulus_.end() + n_delay + n_decision_; }
  void make_trial(int condition, double delay_ms, Index n_steps, RandomStream& stream, Trial& trial) const;

  std::vector<double> coherences_;  ///< signed [%]; above 0: evidence for choice 1
  double sigma_, delay_mean_, delay_min_, delay_max_;
  Epoch stimulus_;
  Index n_decision_;  ///< steps
  TaskInfo info_;
};

}  // namespace cohort
