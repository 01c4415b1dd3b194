#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Some patterns that come with different probabilities, to be told apart by a few binary units: what Infomax learns
/// (Liu 2021). There is no target. Every trial shows all patterns, one per step, each counted by its probability;
/// inputs are ±1, drawn once for a given `choice`, probabilities are equal, or drawn with normal logits of deviation
/// `spread`.
///
/// The performance of a network whose outputs are the probabilities that its units fire is I(x; y) / min(H(x), n log
/// 2), by enumeration of all codes: 1 is the most there can be.
class Patterns final : public Task {
 public:
  static Description description();
  explicit Patterns(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t, RandomStream&, Trial& trial) const override { show(trial); }
  void evaluation_trial(int, RandomStream&, Trial& trial) const override { show(trial); }
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;
  double chance() const override { return 0; }

 private:
  void show(Trial& trial) const;

  MatrixXd patterns_;       ///< [n_inputs x n_patterns]
  VectorXd probabilities_;  ///< [n_patterns]
  TaskInfo info_;
};

}  // namespace cohort
