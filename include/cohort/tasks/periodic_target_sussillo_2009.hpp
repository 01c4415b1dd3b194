#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// A periodic target without input, as FORCE was introduced with (Sussillo & Abbott 2009,
/// doi:10.1016/j.neuron.2009.07.018, released code).
///
/// Target a/1.5 · [sin(ωt) + 1/2 sin(2ωt) + 1/6 sin(3ωt) + 1/3 sin(4ωt)], a = `amplitude` = 1.3, ω = 2π / `period`,
/// period 1200 ms in steps of 1 ms: 120 time constants of 10 steps. A trial has `periods` of them; mean squared error.
/// The single input is `start` at the first step and 0 after: the published network starts from a random state instead,
/// and a network that starts at rest needs a push. Published learning is one continuous run of many periods, and the
/// test goes on from where it ended; here the state starts anew with every trial. Context for dynamics: no input.
class PeriodicTargetSussillo2009 final : public Task {
 public:
  static Description description();
  explicit PeriodicTargetSussillo2009(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  double start_;
  VectorXd target_;  ///< [n_steps]
  TaskInfo info_;
};

}  // namespace cohort
