#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

#include <array>
#include <vector>

namespace cohort {

/// Store one bit out of a stream when told to and report it when asked (Bellec et al. 2018, "Long short-term memory and
/// learning-to-learn in networks of spiking neurons", NeurIPS 31, released code).
///
/// A trial has `periods` = 12 periods of `period` = 200 ms. Each but those of RECALL shows a random bit. While nothing
/// is stored, a period carries the command STORE with probability `p` (default 1/7: the bit of this period is to be
/// stored); while something is, RECALL with the same probability, after which the memory is free again. A trial is of
/// use when something is stored and everything stored is recalled, two periods later at the earliest, so that another
/// bit comes between. Published trials are drawn until one is of use; here commands have the probabilities of those.
///
/// Inputs: spikes of four groups of `group` units that fire at `rate` while their symbol is shown: bit 0, bit 1, STORE,
/// RECALL. Classes: the stored bit; cross-entropy at every step of RECALL (published: of the logits averaged over its
/// period). Performance: fraction of the RECALLs whose logits, averaged over the period, are largest at the class, as
/// published. The published network goes on from the state in which the trial before left it; here it starts anew.
///
/// Conditions: bit x delay of 2, 4 or 8 periods (those that fit) from STORE in the second period to RECALL; other bits
/// are random, so evaluation repeats each `repeats` times. A training trial carries the bit and the delay of its first
/// RECALL, rounded up to one of these delays or cut to the longest. Context for dynamics: no input.
class StoreRecall final : public Task {
 public:
  static Description description();
  explicit StoreRecall(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;
  double chance() const override { return 0.5; }

 private:
  enum class Command { none, store, recall };
  std::vector<Command> random_commands(RandomStream& stream) const;
  void make_trial(const std::vector<Command>& commands, const std::vector<int>& bits, RandomStream& stream,
                  Trial& trial) const;

  Index n_periods_, period_steps_, group_;
  double spike_;  ///< probability of a spike in a step
  /// Probability of a command in each period, by what the memory went through before it.
  std::vector<std::array<double, 4>> command_;
  std::vector<Index> delays_;  ///< of the evaluation trials, in periods
  TaskInfo info_;
};

}  // namespace cohort
