#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Measure an interval between two flashes and produce it (Remington, Narain, Hosseini & Jazayeri 2018,
/// doi:10.1016/j.neuron.2018.05.020, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Fixation 100 ms; then `ready` flashes for 83 ms; after an interval from ready's start, ~ U(`interval_min`,
/// `interval_max`) = U(800, 1500) ms, `set` flashes for 83 ms; production lasts 2 · gain · interval from set's end.
/// Inputs: fixation (during fixation only), ready, set. Class 1 (go) at the one step gain · interval after set's end, 0
/// elsewhere; cross-entropy, all steps of the trial; what follows a shorter trial does not count.
///
/// Performance: 1 when the first go comes within 20 % of the interval to produce + 25 ms around the right step.
/// Conditions: 5 intervals from shortest to longest; representations reach to the end of the shortest trial. Context
/// for dynamics: no input.
class ReadySetGo final : public Task {
 public:
  static Description description();
  explicit ReadySetGo(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;

 private:
  void make_trial(double interval_ms, Trial& trial) const;
  double interval_of(int condition) const;  ///< [ms]

  double gain_, shortest_, longest_;
  TaskInfo info_;
};

}  // namespace cohort
