#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Remember the sign of the last pulse on each of several channels (Sussillo & Barak 2013, doi:10.1162/NECO_a_00409,
/// with the trials of the fixed-point finder of Golub & Sussillo 2018, doi:10.21105/joss.01003).
///
/// `steps` = 64 steps. At each step and channel a pulse comes with probability `p` = 1/2, +1 or -1 with equal
/// probability; the first step always has one. Output: the sign of the channel's last pulse; mean squared error, all
/// steps. Performance: fraction of steps and channels whose output has the right sign.
///
/// Conditions are `sequences` evaluation trials, the same for all networks; training trials, all of one kind, carry
/// the first. Context for dynamics: no input; a tanh network that solves 3 bits has 27 fixed points there.
class FlipFlop final : public Task {
 public:
  static Description description();
  explicit FlipFlop(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;
  double chance() const override { return 0.5; }

 private:
  double probability_;
  TaskInfo info_;
};

}  // namespace cohort
