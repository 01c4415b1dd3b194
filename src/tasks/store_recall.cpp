#include <cohort/tasks/store_recall.hpp>

#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/spikes.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

Description StoreRecall::description() {
  Description d;
  d.name = "store_recall";
  d.summary = "store a bit of a stream on command, report it on command; 12 periods of 200 steps of 1 ms";
  d.equation = "class = bit shown at the last STORE; cross-entropy during RECALL";
  d.reference = "Bellec et al. 2018, NeurIPS 31, arXiv:1803.09574";
  d.parameters = {ParameterInfo::number("dt", 1, 0.1, 1000, "ms", "duration of a step"),
                  ParameterInfo::integer("periods", 12, 4, 10000, "periods", "length of a trial"),
                  ParameterInfo::number("period", 200, 0.1, 10000, "ms", "duration of a period"),
                  ParameterInfo::number("p", 1.0 / 6, 0.01, 1, "1", "probability of a command in a period"),
                  ParameterInfo::integer("group", 10, 1, 1000, "units", "input units of each of the four symbols"),
                  ParameterInfo::number("rate", 50, 0, 100000, "Hz", "firing rate of the units of a shown symbol"),
                  ParameterInfo::integer("repeats", 8, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

StoreRecall::StoreRecall(const Parameters& parameters)
    : n_periods_(parameters.integer("periods")),
      group_(parameters.integer("group")),
      command_(parameters.number("p")),
      spike_(spike_probability(parameters.number("rate"), parameters.number("dt"))) {
  // Periods of equal length, so that none tells itself from the others.
  period_steps_ = consecutive_epochs({parameters.number("period")}, parameters.number("dt"))[0].n_steps;
  info_.n_inputs = 4 * group_;
  info_.n_outputs = 2;
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = n_periods_ * period_steps_;
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::cross_entropy;
  info_.n_repeats = parameters.integer("repeats");
  for (const Index delay : {2, 4, 8}) {
    if (1 + delay >= n_periods_) continue;
    delays_.push_back(delay);
    for (const int bit : {0, 1}) info_.conditions.push_back(fmt::format("delay={},bit={}", delay, bit));
  }
  info_.contexts = {{"no input", VectorXd::Zero(info_.n_inputs)}};
}

std::vector<StoreRecall::Command> StoreRecall::random_commands(RandomStream& stream) const {
  std::vector<Command> commands(static_cast<std::size_t>(n_periods_), Command::none);
  do {
    bool is_full = false;
    for (Command& command : commands) {
      const bool is_given = stream.uniform() < command_;
      command = !is_given ? Command::none : is_full ? Command::recall : Command::store;
      if (is_given) is_full = !is_full;
    }
  } while (std::count(commands.begin(), commands.end(), Command::recall) == 0);
  return commands;
}

void StoreRecall::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const std::vector<Command> commands = random_commands(stream);
  std::vector<int> bits(commands.size());
  for (int& bit : bits) bit = static_cast<int>(stream.integer(2));
  make_trial(commands, bits, stream, trial);
  // The condition that is nearest: delay and bit of the first RECALL.
  const auto store = std::find(commands.begin(), commands.end(), Command::store);
  const Index delay = std::find(commands.begin(), commands.end(), Command::recall) - store;
  const auto not_shorter = std::lower_bound(delays_.begin(), delays_.end() - 1, delay);
  const int bit = bits[static_cast<std::size_t>(store - commands.begin())];
  trial.condition = 2 * static_cast<int>(not_shorter - delays_.begin()) + bit;
}

void StoreRecall::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  std::vector<Command> commands(static_cast<std::size_t>(n_periods_), Command::none);
  commands[1] = Command::store;
  commands[static_cast<std::size_t>(1 + delays_.at(static_cast<std::size_t>(condition / 2)))] = Command::recall;
  std::vector<int> bits(commands.size());
  for (int& bit : bits) bit = static_cast<int>(stream.integer(2));
  bits[1] = condition % 2;
  make_trial(commands, bits, stream, trial);
  trial.condition = condition;
}

void StoreRecall::make_trial(const std::vector<Command>& commands, const std::vector<int>& bits, RandomStream& stream,
                             Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.mask.setZero();
  int stored = 0;
  for (Index period = 0; period < n_periods_; ++period) {
    const Index first = period * period_steps_;
    const auto show = [&](Index symbol) {
      add_spikes(spike_, stream, trial.inputs.block(symbol * group_, first, group_, period_steps_));
    };
    const auto at = static_cast<std::size_t>(period);
    show(bits[at]);
    if (commands[at] == Command::store) {
      stored = bits[at];
      show(2);
    } else if (commands[at] == Command::recall) {
      show(3);
      trial.mask.middleCols(first, period_steps_).setOnes();
    }
    std::fill_n(trial.classes.begin() + first, period_steps_, stored);
  }
}

}  // namespace cohort
