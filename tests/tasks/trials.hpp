#pragma once

#include <cohort/tasks/patterns.hpp>
#include <cohort/tasks/tasks.hpp>

#include <string>

namespace cohort::test {

/// Training trial number `index` of `task`, from a stream of the tests.
inline Trial training_trial(const Task& task, std::uint64_t index) {
  RandomStream stream = RandomStream("test", "training", 1).substream(index);
  Trial trial;
  task.training_trial(index, stream, trial);
  return trial;
}

/// An evaluation trial of `condition`.
inline Trial evaluation_trial(const Task& task, int condition, std::uint64_t repeat = 0) {
  RandomStream stream = RandomStream("test", "evaluation", 1).substream(static_cast<std::uint64_t>(condition));
  stream = stream.substream(repeat);
  Trial trial;
  task.evaluation_trial(condition, stream, trial);
  return trial;
}

inline int n_conditions(const Task& task) { return static_cast<int>(task.info().conditions.size()); }

/// The outputs of a network that knows the answer: the targets, or one at the class and zero elsewhere; where there is
/// no target, the number of the step in binary: another code for every pattern.
inline MatrixXd right_outputs(const Task& task, const Trial& trial) {
  if (dynamic_cast<const Patterns*>(&task)) {
    MatrixXd codes(task.info().n_outputs, trial.mask.cols());
    for (Index step = 0; step < codes.cols(); ++step)
      for (Index bit = 0; bit < codes.rows(); ++bit) codes(bit, step) = static_cast<double>(step >> bit & 1);
    return codes;
  }
  if (task.info().loss == LossKind::mean_squared_error) return trial.targets;
  MatrixXd outputs = MatrixXd::Zero(task.info().n_outputs, trial.mask.cols());
  for (Index step = 0; step < outputs.cols(); ++step) outputs(trial.classes[static_cast<std::size_t>(step)], step) = 1;
  return outputs;
}

/// The class of a step.
inline int class_at(const Trial& trial, Index step) { return trial.classes.at(static_cast<std::size_t>(step)); }

/// The last step that counts.
inline Index last_counted(const Trial& trial) {
  Index step = trial.mask.cols() - 1;
  while (trial.mask.col(step).isZero(0)) --step;
  return step;
}

}  // namespace cohort::test
