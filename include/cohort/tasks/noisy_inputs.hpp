#pragma once

#include <cohort/tasks/task.hpp>

#include <memory>
#include <utility>

namespace cohort {

/// Another task with normal noise on the inputs of its trials, cut to a range: the shifted test set of Liu et al. 2022.
class NoisyInputs final : public Task {
 public:
  /// Adds N(0, sigma²) to every input of `task`, then clips to [low, high].
  NoisyInputs(std::shared_ptr<const Task> task, double sigma, double low, double high)
      : task_(std::move(task)), sigma_(sigma), low_(low), high_(high) {}

  const TaskInfo& info() const override { return task_->info(); }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void ordered_training_trial(const RandomStream& all, std::uint64_t index, RandomStream& stream,
                              Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  void repeated_evaluation_trial(int condition, Index repeat, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return task_->has_performance(); }
  double performance(const Trial& trial, const MatrixXd& outputs) const override {
    return task_->performance(trial, outputs);
  }
  double chance() const override { return task_->chance(); }

 private:
  void disturb(RandomStream& stream, Trial& trial) const;

  std::shared_ptr<const Task> task_;
  double sigma_, low_, high_;
};

}  // namespace cohort
