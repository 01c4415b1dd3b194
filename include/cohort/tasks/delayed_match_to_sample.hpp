#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Say whether two stimuli, a delay apart, are the same (Miller, Erickson & Desimone 1996,
/// doi:10.1523/JNEUROSCI.16-16-05154.1996, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 300, sample 500, `delay` 1000, test 500, decision 900. Inputs: fixation (1 until the decision)
/// and two stimulus channels, [1, 0] or [0, 1] during sample and test, with normal noise there (on these two alone, as
/// in NeuroGym; standard deviation 1/√(dt/ms) by default: comparing sums is practically always right). Classes: 0
/// before the decision, then 1 for a match, 2 for a non-match; cross-entropy, all steps. Conditions: 2 samples x 2
/// answers. Context for dynamics: the delay's input.
class DelayedMatchToSample final : public Task {
 public:
  static Description description();
  explicit DelayedMatchToSample(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  double sigma_;
  Epoch sample_, test_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
