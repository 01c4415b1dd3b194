#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Add the two marked numbers of a sequence (Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735, in the form
/// of Le, Jaitly & Hinton 2015).
///
/// `steps` = 100 steps. Input 1: numbers ~ U(0, 1). Input 2: 1 at two steps, one drawn from each half of the sequence,
/// 0 elsewhere. Output at the last step: the sum of the two marked numbers; masked mean squared error. Always saying 1
/// has an error of 1/6.
///
/// Performance: 1 when the output is less than 0.08 off. That is the criterion of 1997, 0.04 of a target 1/2 + (X1 +
/// X2)/4 of numbers X from -1 to 1, which is half of the sum here; always saying 1 reaches it in 15 % of trials.
/// Conditions are `sequences` evaluation trials, the same for all networks; training trials, all of one kind, carry the
/// first.
class Adding final : public Task {
 public:
  static Description description();
  explicit Adding(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;
  double chance() const override;

 private:
  TaskInfo info_;
};

}  // namespace cohort
