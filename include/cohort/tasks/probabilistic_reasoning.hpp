#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Add up the evidence of four shapes (Yang & Shadlen 2007, doi:10.1038/nature05852, with the timing of NeuroGym,
/// Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 500, four stimulus epochs of 500, delay ~ U(450, 550), decision 500. At the start of each
/// stimulus epoch one of ten shapes, drawn with replacement, appears at one of four places, in random order, and stays
/// until the delay. The shapes weigh w = -10, -.9, -.7, -.5, -.3, .3, .5, .7, .9, 10; choice 2 is right with
/// probability 1 / (1 + 10^-Σw), choice 1 otherwise, so no observer is always right. Inputs: fixation (1 until the
/// decision) and 4 places x 10 shapes (one-hot). Classes: 0 before the decision, then 1 or 2; cross-entropy; what
/// follows a shorter trial does not count. Conditions are the two choices; evaluation, with a delay of 500 ms, repeats
/// each `repeats` times. Context for dynamics: the delay's input.
class ProbabilisticReasoning final : public Task {
 public:
  static Description description();
  explicit ProbabilisticReasoning(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void make_trial(int choice, double delay_ms, Index n_steps, RandomStream& stream, Trial& trial) const;
  TaskInfo info_;
};

}  // namespace cohort
