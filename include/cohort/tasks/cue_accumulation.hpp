#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Accumulate cues that come from the left or from the right, wait, and say which side had more (Bellec et al. 2020,
/// doi:10.1038/s41467-020-17236-y, after Morcos & Harvey 2016).
///
/// A trial: `cues` times (`silence`, then a cue of `cue` ms), `delay`, `recall`; with the defaults 2250 steps of 1 ms.
/// Inputs are spikes (0 or 1) of four groups of `group` units: left cue, right cue and recall cue fire at `rate` while
/// theirs is on, background noise at `noise_rate` all the time. Each cue of a trial comes from one side with
/// probability `p`, from the other with 1 - p; which side that is is a coin's toss. Classes: 0 left, 1 right, whichever
/// had more cues; cross-entropy, counted during recall only. Performance: 1 when the logits averaged over recall are
/// largest at the class, as published.
///
/// Liu et al. 2021 (doi:10.1073/pnas.2111821118) train on a relative of this task: each cue comes before its silence,
/// both sides are equally likely (`p` = 0.5), recall begins 850 ms after the last cue (`delay` = 850), a trial has 2000
/// steps, and loss and answer are read at the last one alone.
///
/// Conditions are the two answers; their trials differ in cues and spikes, so evaluation repeats each `repeats` times.
/// Context for dynamics: the mean input during the delay.
class CueAccumulation final : public Task {
 public:
  static Description description();
  explicit CueAccumulation(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;
  double chance() const override { return 0.5; }

 private:
  Index group_;
  double probability_;          ///< of a cue on the favoured side
  double spike_, noise_spike_;  ///< probability of a spike in one step
  std::vector<Epoch> cues_;
  Epoch recall_;
  TaskInfo info_;
};

}  // namespace cohort
