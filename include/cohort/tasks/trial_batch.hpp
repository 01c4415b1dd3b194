#pragma once

#include <cohort/tasks/task.hpp>

namespace cohort {

/// A batch of trials, laid out for the time loop: column = step * n_trials + trial, so that one step of all trials
/// is a block of neighbouring columns.
template <class Scalar>
struct TrialBatch {
  Index n_trials = 0;
  Index n_steps = 0;
  Matrix<Scalar> inputs;        ///< [n_inputs + 1 x n_steps * n_trials]; the last row is 1 and carries the bias
  Matrix<Scalar> targets;       ///< [n_outputs x n_steps * n_trials], mean squared error only
  std::vector<int> classes;     ///< [n_steps * n_trials], of tasks with classes only
  Matrix<Scalar> mask;          ///< [n_outputs or 1 x n_steps * n_trials]
  std::vector<int> conditions;  ///< [n_trials]

  Index n_columns() const { return n_steps * n_trials; }
};

/// Writes `trial` into column `position` of `batch`, which must have been sized by `resize_batch`.
template <class Scalar>
void place_trial(const Trial& trial, Index position, TrialBatch<Scalar>& batch);

/// The trial in column `position` of `batch`, without its inputs: what `place_trial` wrote.
template <class Scalar>
Trial take_trial(const TrialBatch<Scalar>& batch, Index position);

template <class Scalar>
void resize_batch(const TaskInfo& info, Index n_trials, Index n_steps, TrialBatch<Scalar>& batch);

/// Training trials `first` .. `first + n_trials - 1`. Trial i is the same however the batches are cut.
template <class Scalar>
void fill_training_batch(const Task& task, const RandomStream& stream, std::uint64_t first, Index n_trials,
                         TrialBatch<Scalar>& batch);

/// All evaluation trials, n_repeats_of(condition) of every condition: one condition after the other, in the task's
/// order. More repeats never change those that were there.
template <class Scalar>
void fill_evaluation_batch(const Task& task, const RandomStream& stream, TrialBatch<Scalar>& batch);

/// Mean of the task's own performance measure over the trials of `batch`, whose outputs are
/// [n_outputs x n_steps * n_trials]. Requires task.has_performance().
template <class Scalar>
double mean_performance(const Task& task, const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs);

}  // namespace cohort
