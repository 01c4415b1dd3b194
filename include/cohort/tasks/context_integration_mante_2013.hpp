#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Context-dependent integration of motion or colour evidence (Mante, Sussillo, Shenoy & Newsome 2013,
/// doi:10.1038/nature12742), as trained by Liu, Yang & Cueva 2025.
///
/// 72 conditions: 6 motion x 6 colour coherences {±.06, ±.17, ±.5} x 2 contexts, or those of other `coherences`
/// (magnitudes, from the largest; n of them make 8 n² conditions). A trial has 113 steps of 15 ms:
/// fixation 23, stimulus 50, delay 20, decision 20. Nine inputs: fixation (until the decision), left and right
/// motion and red and green colour as (1 ± coherence)/2 (during the stimulus), context motion and context colour
/// (until the decision), colour-target order [0, 1] (always); every step's input vector is scaled to norm 1.
/// Three classes: 0 before the decision, then 1 or 2 by the sign of the coherence that the context makes relevant;
/// cross-entropy over all steps.
///
/// Training trial i shows condition i mod their number, so a batch of 72 holds each of 72 once. Representations are
/// the 50 stimulus steps. Contexts for dynamics: motion and colour, with a stimulus of coherence 0.
class ContextIntegrationMante2013 final : public Task {
 public:
  static Description description();
  explicit ContextIntegrationMante2013(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  struct Condition {
    double motion, colour;
    bool is_colour_context;
    int choice;
  };
  std::vector<Condition> conditions_;
  TaskInfo info_;
};

}  // namespace cohort
