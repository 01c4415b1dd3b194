#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Respond in the direction opposite to a stimulus (Munoz & Everling 2004, doi:10.1038/nrn1345, with the timing of
/// NeuroGym, Molano-Mazón et al. 2022).
///
/// Epochs [ms]: fixation 500, stimulus 500, `delay` 0, decision 500. Inputs: fixation (1 until the decision) and a ring
/// of `directions` = 32 units, cos(own direction - stimulus) during the stimulus, without noise. Classes: 0 before the
/// decision, then 1 + direction of the response, opposite to the stimulus (anti=true) or at it; cross-entropy, all
/// steps. Conditions: the directions of the response. Context for dynamics: fixation.
class AntiReach final : public Task {
 public:
  static Description description();
  explicit AntiReach(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  Index n_directions_;
  VectorXd ring_;  ///< activity of the ring for the response in direction 0
  Epoch stimulus_, decision_;
  TaskInfo info_;
};

}  // namespace cohort
