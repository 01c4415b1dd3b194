#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Say which of two magnitudes, a delay apart, was larger (Barak, Tsodyks & Romo 2010,
/// doi:10.1523/JNEUROSCI.1875-10.2010, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 500, first stimulus 500, `delay` 1000, second stimulus 500, decision 100. Inputs: fixation (1
/// until the decision) and the magnitude, mapped from 10..34 Hz to 0.5..1, with normal noise while shown. The pairs are
/// 18/10, 22/14, 26/18, 30/22 and 34/26 Hz in either order. Classes: 0 before the decision, then 1 (first larger) or 2;
/// cross-entropy, all steps. Conditions: 5 pairs x 2 orders. Context for dynamics: the delay's input.
class DelayComparison final : public Task {
 public:
  static Description description();
  explicit DelayComparison(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  double sigma_;
  Epoch first_, second_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
