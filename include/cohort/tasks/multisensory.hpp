#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Integrate evidence that two senses share (Raposo, Kaufman & Churchland 2014, doi:10.1038/nn.3865, with the timing of
/// NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 300, `stimulus` 750, decision 100. Inputs: fixation (1 until the decision), and for each sense
/// the evidence for the two choices, 1/2 ± share · coherence/2 during the stimulus, with normal noise there (standard
/// deviation 1/√(dt/ms) by default; in NeuroGym on fixation too). The shares of the senses add up to 1: that of the
/// first is ~ U(0, 1) in training and 0, 1/2 or 1 in evaluation. `coherences` [%]: {5, 15, 50}. Classes: 0 before the
/// decision, then 1 or 2; cross-entropy, all steps. Conditions: 2 choices x the coherences x 3 shares. Context for
/// dynamics: a stimulus of coherence 0.
///
/// Summing the evidence of both senses, which nothing surpasses, is right in 0.907 of the trials: 0.746, 0.976, then 1
/// by coherence.
class Multisensory final : public Task {
 public:
  static Description description();
  explicit Multisensory(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void make_trial(int choice, double coherence, double share, RandomStream& stream, Trial& trial) const;

  std::vector<double> coherences_;  ///< [%]
  double sigma_;
  Epoch stimulus_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
