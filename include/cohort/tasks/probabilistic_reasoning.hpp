#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

#include <array>
#include <vector>

namespace cohort {

/// Add up the evidence of four shapes (Yang & Shadlen 2007, doi:10.1038/nature05852, with the timing of NeuroGym,
/// Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 500, four stimulus epochs of `stimulus` = 500, delay ~ U(`delay_min`, `delay_max`) = U(450,
/// 550), decision 500, each rounded down to whole steps. At the start of each stimulus epoch one of the shapes, drawn
/// with replacement, appears at one of four places, in random order, and stays until the delay. The `weights` of the
/// shapes are w = -10, -.9, -.7, -.5, -.3, .3, .5, .7, .9, 10; choice 2 is right with probability 1 / (1 + 10^-Σw),
/// choice 1 otherwise. Inputs: fixation (1 until the decision) and 4 places x the shapes (one-hot). Classes: 0 before
/// the decision, then 1 or 2; cross-entropy; what follows a shorter trial does not count.
///
/// Conditions: the evidence Σw in whole numbers, from all of -3.5 and below ("evidence=-4") to all of 3.5 and above
/// ("evidence=4"). Evaluation, with the mean delay, repeats each `repeats` times with shapes as training has them.
/// Context for dynamics: the delay's input.
///
/// No observer is always right: going by the sign of Σw, which nothing surpasses, is right in 0.915 of the training
/// trials and 0.930 of the evaluation trials, which have all conditions equally often.
class ProbabilisticReasoning final : public Task {
 public:
  static Description description();
  explicit ProbabilisticReasoning(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  static constexpr std::size_t kPlaces = 4;
  using Shapes = std::array<std::size_t, kPlaces>;  ///< in the order in which they appear

  void sort_combinations();
  Shapes shapes_of(std::size_t combination) const;
  double evidence_of(const Shapes& shapes) const;
  Index trial_steps(Index n_delay) const;
  void make_trial(std::size_t combination, double delay_ms, Index n_steps, RandomStream& stream, Trial& trial) const;

  std::vector<double> weights_;                         ///< log10 of the odds of choice 2
  double delay_min_, delay_max_;                        ///< [ms]
  Index n_fixation_, n_stimulus_, n_decision_;          ///< steps
  std::vector<int> conditions_;                         ///< of each combination of four shapes
  std::vector<std::vector<std::size_t>> combinations_;  ///< of each condition
  TaskInfo info_;
};

}  // namespace cohort
