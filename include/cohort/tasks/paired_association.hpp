#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Say after a delay whether two stimuli make a rewarded pair (Zhang et al. 2019, doi:10.7554/eLife.43191, with the
/// timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: first stimulus 1000, `delay` 1000, second stimulus 1000, `wait` 1000, decision 500. Inputs: fixation (1
/// until the decision) and four stimuli, 1 and 2 first, 3 and 4 second, 1 while shown. There is no noise unless asked
/// for (NeuroGym defines a level and adds none); `noise` is then on the stimulus that is shown, and evaluation needs
/// `repeats`. Go (class 1) in the decision for the pairs 1-3 and 2-4; class 0 otherwise and before; cross-entropy, all
/// steps. Conditions: the four pairs. Context for dynamics: the delay's input.
class PairedAssociation final : public Task {
 public:
  static Description description();
  explicit PairedAssociation(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  double sigma_;
  Epoch first_, second_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
