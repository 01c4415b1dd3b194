#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

/// Store one bit out of a stream when told to and report it when asked (Bellec et al. 2018, "Long short-term memory and
/// learning-to-learn in networks of spiking neurons", NeurIPS 31).
///
/// A trial has `periods` = 12 periods of `period` = 200 ms. In each a random bit is shown. While nothing is stored, a
/// period carries the command STORE with probability `p` (default 1/6: the bit of this period is to be stored); while
/// something is, RECALL with the same probability, after which the memory is free again. Trials without RECALL are
/// drawn anew. Inputs: spikes of four groups of `group` units that fire at `rate` while their symbol is shown: bit 0,
/// bit 1, STORE, RECALL. Classes: the stored bit; cross-entropy, counted in the periods of RECALL only.
///
/// Conditions: bit x delay of 2, 4 or 8 periods (those that fit) from STORE in the second period to RECALL; other bits
/// are random, so evaluation repeats each `repeats` times. Context for dynamics: no input.
class StoreRecall final : public Task {
 public:
  static Description description();
  explicit StoreRecall(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  enum class Command { none, store, recall };
  std::vector<Command> random_commands(RandomStream& stream) const;
  void make_trial(const std::vector<Command>& commands, const std::vector<int>& bits, RandomStream& stream,
                  Trial& trial) const;

  Index n_periods_, period_steps_, group_;
  double command_, spike_;          ///< probabilities: of a command in a period, of a spike in a step
  std::vector<Index> delays_;       ///< of the evaluation trials, in periods
  TaskInfo info_;
};

}  // namespace cohort
