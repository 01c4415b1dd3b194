#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>
#include <cohort/tasks/trial_table.hpp>

#include <memory>
#include <vector>

namespace cohort {

/// Trials that a user made elsewhere: arrays of numbers at `path`, which is a folder of NumPy files (inputs.npy, ...),
/// an HDF5 file with datasets of these names, or a group in one (`trials.h5/evaluation`).
///
/// inputs [trials x steps x n_inputs].
///
/// targets [trials x steps x n_outputs], for mean squared error; or classes [trials x steps] or [trials] (the same
/// class at every step), whole numbers from 0, for cross-entropy. There are as many classes as the largest of them
/// says, or `classes`; numbers beyond, also in the evaluation, are refused. Classes that never occur are remarked on.
///
/// mask, optional: weights in the loss, [trials x steps], or [trials x steps x n_outputs] with targets. Without it all
/// steps count. Where the mask is 0, targets and classes may be NaN.
///
/// conditions, optional: whole numbers from 0, [trials]. Without it every trial is a condition of its own.
///
/// Training trials are drawn at random. Evaluation shows every trial of `evaluation` (the same arrays, but its own
/// numbers of trials and steps), or of the training trials when it is not given: errors are over all of them, a
/// representation is the mean over the trials of a condition. With `repeats` it shows so many trials of each condition,
/// drawn at random. Conditions without an evaluation trial are refused.
class FromFile final : public Task {
 public:
  static Description description();
  explicit FromFile(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  /// One of the condition's trials: the first, or one drawn at random when there are `repeats`.
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  void repeated_evaluation_trial(int condition, Index repeat, RandomStream& stream, Trial& trial) const override;

 private:
  void sort_trials();
  void add_remarks();

  std::shared_ptr<const TrialTable> training_, evaluation_;    ///< one table when there is only one
  std::vector<std::vector<std::size_t>> trials_of_condition_;  ///< of the evaluation
  bool shows_all_;                                             ///< trials, not some drawn at random
  TaskInfo info_;
};

}  // namespace cohort
