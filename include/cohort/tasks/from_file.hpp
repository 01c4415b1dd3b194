#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>
#include <cohort/tasks/trial_table.hpp>

#include <vector>

namespace cohort {

/// Trials that a user made elsewhere, from NumPy files in `folder`.
///
/// inputs.npy [trials x steps x n_inputs].
///
/// targets.npy [trials x steps x n_outputs], for mean squared error; or classes.npy [trials x steps] or [trials] (the
/// same class at every step), whole numbers from 0, for cross-entropy.
///
/// mask.npy, optional: weights in the loss, [trials x steps], or [trials x steps x n_outputs] with targets. Without it
/// all steps count.
///
/// conditions.npy, optional: whole numbers from 0, [trials]. Without it every trial is a condition of its own.
///
/// Training trials are drawn at random. Evaluation shows `repeats` trials drawn at random of each condition, from the
/// folder `evaluation` (with the same files, but its own numbers of trials and steps) when it is given. Conditions
/// without an evaluation trial are refused.
class FromFile final : public Task {
 public:
  static Description description();
  explicit FromFile(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  TrialTable training_, evaluation_;
  std::vector<std::vector<std::size_t>> trials_of_condition_;  ///< of the evaluation
  TaskInfo info_;
};

}  // namespace cohort
