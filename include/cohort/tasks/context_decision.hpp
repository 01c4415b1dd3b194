#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Decide by one of two noisy stimuli, whichever the context names (Mante, Sussillo, Shenoy & Newsome 2013,
/// doi:10.1038/nature12742, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 300, stimulus 750, delay ~ exponential of mean `delay_mean` = 600 within [`delay_min`,
/// `delay_max`] = [300, 3000], decision 100; evaluation waits for the mean. What follows a shorter trial is silent and
/// does not count. Inputs: fixation (1 until the decision), (1 ± coherence)/2 for the two choices in modality 1 and in
/// modality 2 during the stimulus, with normal noise there, and the context (one-hot, always). Coherences {5, 15, 50}
/// %, signs of the modalities independent. Classes: 0 before the decision, then 1 or 2; cross-entropy. Conditions: 2
/// contexts x 6 x 6 signed coherences. Contexts for dynamics: each context with a stimulus of coherence 0.
class ContextDecision final : public Task {
 public:
  static Description description();
  explicit ContextDecision(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void make_trial(int condition, double delay_ms, Index n_steps, RandomStream& stream, Trial& trial) const;

  double sigma_, delay_mean_, delay_min_, delay_max_;
  TaskInfo info_;
};

}  // namespace cohort
