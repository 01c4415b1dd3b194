#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Delayed non-match to sample as a sequential exclusive or (Miconi 2017, doi:10.7554/eLife.20899, released code).
///
/// 1000 ms in steps of 1 ms. Two stimuli, A or B, each 1 on an input of its own: the first from 1 to 201 ms, the second
/// from 400 to 600 ms. The output must be -0.98 when they are the same and +0.98 when they differ during the last
/// `response` = 200 ms; nothing else counts. Mean squared error here (the published modulation uses the mean absolute
/// error). The published network has in addition an input that is never used and constant units as biases, and starts
/// every trial from a random state, x ~ U(-0.1, 0.1).
///
/// Performance: 1 when the mean absolute error during the response is below 0.98, that of a silent output; published is
/// a limit of 1, with which a silent output would always be right. Outputs within ±0.98 are right with the sign of
/// their mean. Conditions AA, AB, BA, BB; training trial i shows condition i mod 4, as published. Context for dynamics:
/// no input.
class DelayedNonmatchToSampleMiconi2017 final : public Task {
 public:
  static Description description();
  explicit DelayedNonmatchToSampleMiconi2017(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;
  double chance() const override { return 0.5; }

 private:
  Epoch first_, second_, response_;
  TaskInfo info_;
};

}  // namespace cohort
