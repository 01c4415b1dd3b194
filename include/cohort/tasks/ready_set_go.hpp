#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Measure an interval between two flashes and produce it (Remington, Narain, Hosseini & Jazayeri 2018,
/// doi:10.1016/j.neuron.2018.05.020, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// After 100 ms `ready` flashes for 83 ms; after an interval from ready's start `set` flashes for 83 ms; production
/// lasts 2 · gain · interval from set's end. All of it is whole steps: the flashes and the first 100 ms take the
/// nearest number of at least one, the interval, ~ U(`interval_min`, `interval_max`) = U(800, 1500) ms, is rounded down
/// once, as in NeuroGym, and what is to be produced is gain · the steps shown (the nearest number of at least one):
/// with gain 1 the interval that was shown. Inputs: fixation (1 until production), ready, set. Class 1 (go) at the one
/// step gain · interval after set's end, 0 elsewhere; cross-entropy, all steps of the trial; what follows a shorter
/// trial does not count.
///
/// Performance: 1 when the first go comes within 20 % of the interval to produce + 25 ms around the right step.
/// Conditions: five of the intervals that training has, from shortest to longest, or all where there are fewer;
/// representations reach to the end of the shortest trial. Context for dynamics: no input, as in production.
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
  Index steps_to_produce(Index n_interval) const;
  Index trial_steps(Index n_interval) const;
  void make_trial(Index n_interval, Trial& trial) const;

  double gain_, shortest_, longest_;                    ///< the intervals [ms]
  Index n_fixation_ = 0, n_flash_ = 0, n_longest_ = 0;  ///< steps
  std::vector<Index> intervals_;                        ///< of the conditions, in steps
  TaskInfo info_;
};

}  // namespace cohort
