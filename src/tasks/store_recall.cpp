#include <cohort/tasks/store_recall.hpp>

#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/spikes.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

/// What the memory went through before a period.
enum Memory : std::size_t {
  kUnused,  ///< nothing stored yet
  kStored,  ///< in the period just before, so that no command may come
  kFull,
  kFree  ///< recalled
};

Memory after_command(Memory memory) { return memory == kFull ? kFree : kStored; }
Memory after_none(Memory memory) { return memory == kStored ? kFull : memory; }

/// Probability of a command in each of `n_periods` periods, given that the trial ends with a free memory: that of the
/// trials left when those that do not are thrown away, which in long trials would be nearly all.
std::vector<std::array<double, 4>> command_probabilities(Index n_periods, double p) {
  std::vector<std::array<double, 4>> probabilities(static_cast<std::size_t>(n_periods));
  std::array<double, 4> completion = {0, 0, 0, 1};  // probability, up to a factor, of a good end from here on
  for (auto period = probabilities.rbegin(); period != probabilities.rend(); ++period) {
    std::array<double, 4> before{};
    for (const Memory memory : {kUnused, kStored, kFull, kFree}) {
      const double command = memory == kStored ? 0 : p * completion[after_command(memory)];
      before[memory] = command + (1 - p) * completion[after_none(memory)];
      (*period)[memory] = before[memory] > 0 ? command / before[memory] : 0;
    }
    const double largest = *std::max_element(before.begin(), before.end());  // or long trials underflow
    for (double& probability : before) probability /= largest;
    completion = before;
  }
  return probabilities;
}

}  // namespace

Description StoreRecall::description() {
  Description d;
  d.name = "store_recall";
  d.summary = "store a bit of a stream on command, report it on command; 12 periods of 200 steps of 1 ms";
  d.equation = "class = bit shown at the last STORE; cross-entropy during RECALL";
  d.version = 2;
  d.reference = "Bellec et al. 2018, NeurIPS 31, arXiv:1803.09574";
  d.parameters = {ParameterInfo::number("dt", 1, 0.1, 1000, "ms", "duration of a step"),
                  ParameterInfo::integer("periods", 12, 4, 10000, "periods", "length of a trial"),
                  ParameterInfo::number("period", 200, 0.1, 10000, "ms", "duration of a period"),
                  ParameterInfo::number("p", 1.0 / 7, 0.01, 0.99, "1", "probability of a command in a period"),
                  ParameterInfo::integer("group", 25, 1, 1000, "units", "input units of each of the four symbols"),
                  ParameterInfo::number("rate", 50, 0, 100000, "Hz", "firing rate of the units of a shown symbol"),
                  ParameterInfo::integer("repeats", 8, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

StoreRecall::StoreRecall(const Parameters& parameters)
    : n_periods_(parameters.integer("periods")),
      group_(parameters.integer("group")),
      spike_(spike_probability(parameters.number("rate"), parameters.number("dt"))),
      command_(command_probabilities(n_periods_, parameters.number("p"))) {
  // Periods of equal length, so that none tells itself from the others.
  period_steps_ = consecutive_epochs({parameters.number("period")}, parameters.number("dt"))[0].n_steps;
  info_.n_inputs = 4 * group_;
  info_.n_outputs = 2;
  info_.input_names = joined({numbered_names("bit 0", group_), numbered_names("bit 1", group_),
                              numbered_names("store", group_), numbered_names("recall", group_)});
  info_.output_names = {"bit 0", "bit 1"};
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
  std::vector<Command> commands;
  Memory memory = kUnused;
  for (const auto& probability : command_) {
    const bool is_given = stream.uniform() < probability[memory];
    commands.push_back(!is_given ? Command::none : memory == kFull ? Command::recall : Command::store);
    memory = is_given ? after_command(memory) : after_none(memory);
  }
  return commands;
}

void StoreRecall::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const std::vector<Command> commands = random_commands(stream);
  std::vector<int> bits(commands.size());
  for (int& bit : bits) bit = static_cast<int>(stream.integer(2));
  make_trial(commands, bits, stream, trial);
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
    if (commands[at] != Command::recall) show(bits[at]);
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

double StoreRecall::performance(const Trial& trial, const MatrixXd& outputs) const {
  int n_recalls = 0, n_right = 0;
  for (Index first = 0; first < info_.n_steps; first += period_steps_) {
    if (trial.mask(0, first) == 0) continue;
    const VectorXd logits = outputs.middleCols(first, period_steps_).rowwise().sum();
    Index chosen = 0;
    logits.maxCoeff(&chosen);
    ++n_recalls;
    n_right += chosen == trial.classes[static_cast<std::size_t>(first)];
  }
  return static_cast<double>(n_right) / n_recalls;
}

}  // namespace cohort
