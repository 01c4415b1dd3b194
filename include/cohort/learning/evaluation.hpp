#pragma once

#include <cohort/learning/objective.hpp>
#include <cohort/network/network.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// The evaluation trials of a task, and what a network does on them.
template <class Scalar>
class Evaluation {
 public:
  /// `task` must outlive this object.
  Evaluation(const Task& task, const RandomStream& stream);

  /// Runs the network on the trials.
  Score score(Network<Scalar>& network) const;

  /// Right after `score`: rates at the task's sample steps, the mean over the trials of each condition,
  /// [n_conditions * n_sample_steps x n_units].
  Matrix<float> representation(const Network<Scalar>& network) const;

  /// The same of the outputs (logits where there are classes), [n_conditions * n_sample_steps x n_outputs].
  Matrix<float> outputs(const Network<Scalar>& network) const;

 private:
  Matrix<float> mean_over_trials(const Matrix<Scalar>& samples) const;

  const Task& task_;
  Objective<Scalar> objective_;
  TrialBatch<Scalar> trials_;
  std::vector<TargetScale> scales_;
};

}  // namespace cohort
