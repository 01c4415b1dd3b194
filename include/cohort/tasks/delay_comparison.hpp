#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Say which of two magnitudes, a delay apart, was larger (Barak, Tsodyks & Romo 2010,
/// doi:10.1523/JNEUROSCI.1875-10.2010, with the timing of NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 500, first stimulus 500, `delay` 1000, second stimulus 500, decision 100. Inputs: fixation (1
/// until the decision) and the magnitude, mapped from 10..34 Hz to 0.5..1, with normal noise while shown (standard
/// deviation 1/√(dt/ms) by default; in NeuroGym on fixation too). `pairs` [Hz]: larger and smaller magnitude of one
/// pair after the other, {18, 10, 22, 14, 26, 18, 30, 22, 34, 26}, shown in either order; the mapping is the same for
/// all pairs. Classes: 0 before the decision, then 1 (first larger) or 2; cross-entropy, all steps. Conditions: the
/// pairs x 2 orders. Context for dynamics: the delay's input.
///
/// Comparing the sums, which nothing surpasses for pairs of equal difference, is right in 0.996 of the trials.
class DelayComparison final : public Task {
 public:
  static Description description();
  explicit DelayComparison(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  struct Pair {
    double larger, smaller;  ///< [Hz]
  };
  static std::vector<Pair> pairs_of(const Parameters& parameters);

  std::vector<Pair> pairs_;
  double sigma_;
  Epoch first_, second_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
