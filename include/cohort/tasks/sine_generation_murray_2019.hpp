#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// One period of a sum of three sines, without input: the example of Murray 2019 (doi:10.7554/eLife.43299, released
/// code).
///
/// Target of step t = 0 .. T-1, T = `period` = 100 steps (10 time constants of 10 steps): sin(2π t/T) + 1/2 sin(4π t/T)
/// + 1/4 sin(8π t/T). Mean squared error, all steps. Released results, N = 50, 10,000 trials: ½ · error² = 1.5e-4 with
/// random feedback, 2.3e-4 with BPTT, that is a normalized error (over the target's variance 21/32) of 4.6e-4 and
/// 7.1e-4.
///
/// The single input is `start` at the first step and 0 after. The published network starts at h = 0.1 instead and has
/// no input; a network that starts at rest needs a push, and 1 gives one of the same size.
class SineGenerationMurray2019 final : public Task {
 public:
  static Description description();
  explicit SineGenerationMurray2019(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  double start_;
  VectorXd target_;  ///< [n_steps]
  TaskInfo info_;
};

}  // namespace cohort
