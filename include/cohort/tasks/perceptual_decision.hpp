#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Integrate noisy evidence for one of two choices (Britten, Shadlen, Newsome & Movshon 1992,
/// doi:10.1523/JNEUROSCI.12-12-04745.1992, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 100, `stimulus` 2000, `delay` 0, decision 100. Inputs: fixation (1 until the decision) and the
/// evidence for each choice, (1 ± coherence)/2 during the stimulus, with normal noise there (on these two alone, as in
/// NeuroGym; standard deviation 1/√(dt/ms) by default). `coherences` [%]: {0, 6.4, 12.8, 25.6, 51.2}; at 0 the right
/// choice is a guess. Classes: 0 before the decision, then 1 or 2; cross-entropy, all steps. Conditions: 2 choices x
/// the coherences. Context for dynamics: a stimulus of coherence 0.
///
/// Summing the evidence, which nothing surpasses, is right in 0.896 of the trials: 0.5, 0.978, then 1 by coherence.
class PerceptualDecision final : public Task {
 public:
  static Description description();
  explicit PerceptualDecision(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  std::vector<double> coherences_;  ///< [%]
  double sigma_;
  Epoch stimulus_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
