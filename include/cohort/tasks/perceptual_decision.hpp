#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Integrate noisy evidence for one of two choices (Britten, Shadlen, Newsome & Movshon 1992,
/// doi:10.1523/JNEUROSCI.12-12-04745.1992, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 100, `stimulus` 2000, `delay` 0, decision 100. Inputs: fixation (1 until the decision) and the
/// evidence for each choice, (1 ± coherence)/2 during the stimulus, with normal noise there. Coherences {0, 6.4, 12.8,
/// 25.6, 51.2} %; at 0 the right choice is a guess. Classes: 0 before the decision, then 1 or 2; cross-entropy, all
/// steps. Conditions: 2 choices x 5 coherences. Context for dynamics: a stimulus of coherence 0.
class PerceptualDecision final : public Task {
 public:
  static Description description();
  explicit PerceptualDecision(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  double sigma_;
  Epoch stimulus_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
