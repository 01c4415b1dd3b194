#pragma once

#include <cohort/tasks/task.hpp>

#include <string>

namespace cohort::test {

/// A task that small networks learn within a hundred updates: the input of a trial is one constant number x (the same
/// at all inputs, if there are more); the output is -x/2 at every step, or (with classes) whether x is negative, asked
/// for in the second half of the trial.
class EasyTask final : public Task {
 public:
  explicit EasyTask(LossKind loss = LossKind::mean_squared_error, Index n_steps = 12, Index n_inputs = 1) {
    info_.n_inputs = n_inputs;
    info_.n_outputs = loss == LossKind::mean_squared_error ? 1 : 2;
    info_.n_steps = info_.n_evaluation_steps = n_steps;
    info_.dt_ms = 10;
    info_.loss = loss;
    for (int condition = 0; condition < n_conditions; ++condition)
      info_.conditions.push_back("x=" + std::to_string(x_of(condition)));
    info_.first_sample_step = 2;
    info_.n_sample_steps = n_steps - 4;
  }

  static constexpr int n_conditions = 10;

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const override {
    make(static_cast<int>(stream.integer(n_conditions)), trial);
  }
  void evaluation_trial(int condition, RandomStream&, Trial& trial) const override { make(condition, trial); }

 private:
  static double x_of(int condition) { return (condition - 4.5) / 4.5; }

  void make(int condition, Trial& trial) const {
    trial.reset(info_, info_.n_steps);
    trial.condition = condition;
    trial.inputs.setConstant(x_of(condition));
    if (info_.loss == LossKind::mean_squared_error) {
      trial.targets.setConstant(-x_of(condition) / 2);
    } else {
      trial.mask.leftCols(info_.n_steps / 2).setZero();
      for (int& c : trial.classes) c = x_of(condition) < 0;
    }
  }

  TaskInfo info_;
};

}  // namespace cohort::test
