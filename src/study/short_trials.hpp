#pragma once

#include <cohort/tasks/task.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace cohort {

/// Another task whose trials end after a few steps, and which is evaluated on few of them: to try what a whole update
/// would take without making one.
class ShortTrials final : public Task {
 public:
  ShortTrials(std::shared_ptr<const Task> task, Index n_steps) : task_(std::move(task)), info_(task_->info()) {
    info_.n_steps = std::min(info_.n_steps, n_steps);
    info_.n_evaluation_steps = std::min(info_.n_evaluation_steps, n_steps);
    info_.first_sample_step = 0;
    info_.n_sample_steps = info_.n_evaluation_steps;
    info_.n_repeats = 1;
    info_.repeats.clear();
  }

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override {
    task_->training_trial(index, stream, trial);
    cut(trial, info_.n_steps);
  }
  void ordered_training_trial(const RandomStream& all, std::uint64_t index, RandomStream& stream,
                              Trial& trial) const override {
    task_->ordered_training_trial(all, index, stream, trial);
    cut(trial, info_.n_steps);
  }
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override {
    task_->evaluation_trial(condition, stream, trial);
    cut(trial, info_.n_evaluation_steps);
  }

 private:
  static void cut(Trial& trial, Index n_steps) {
    for (MatrixXd* matrix : {&trial.inputs, &trial.targets, &trial.mask})
      if (matrix->cols() > n_steps) *matrix = matrix->leftCols(n_steps).eval();
    if (trial.classes.size() > static_cast<std::size_t>(n_steps))
      trial.classes.resize(static_cast<std::size_t>(n_steps));
    trial.mask.setOnes();  // what counts may come later in the trial
  }

  std::shared_ptr<const Task> task_;
  TaskInfo info_;
};

}  // namespace cohort
