#include <cohort/tasks/interval_discrimination.hpp>

#include <cohort/tasks/epochs.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

constexpr double kShortest = 300, kLongest = 600, kDelays[] = {800, 1500};  // ms
struct Pair {
  double first, second;  ///< [ms]
};
constexpr Pair kPairs[] = {{300, 450}, {300, 600}, {450, 300}, {450, 600}, {600, 300}, {600, 450}};  // of evaluation

}  // namespace

Description IntervalDiscrimination::description() {
  Description d;
  d.name = "interval_discrimination";
  d.summary = "say which of two intervals was longer; at most 190 steps of 20 ms";
  d.equation = "class 0 until the decision, then 1 (first longer) or 2; cross-entropy";
  d.reference = "Genovesio, Tsujimoto & Wise 2009, doi:10.1016/j.neuron.2009.06.018; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 20, 0.1, 100, "ms", "duration of a step")};
  return d;
}

IntervalDiscrimination::IntervalDiscrimination(const Parameters& parameters) {
  info_.n_inputs = 3;
  info_.n_outputs = 3;
  info_.dt_ms = parameters.number("dt");
  const Index rest = steps_of(300) + steps_of(500) + steps_of(300);  // fixation, second delay, decision
  info_.n_steps = rest + 2 * steps_of(kLongest) + steps_of(kDelays[1]);
  info_.n_evaluation_steps = rest + steps_of(600) + steps_of(450) + steps_of(kDelays[0]);
  info_.n_sample_steps = rest + steps_of(300) + steps_of(450) + steps_of(kDelays[0]);
  info_.loss = LossKind::cross_entropy;
  for (const Pair& pair : kPairs)
    info_.conditions.push_back(fmt::format("first={}ms,second={}ms", pair.first, pair.second));
  info_.contexts = {{"delay", Eigen::Vector3d(1, 0, 0)}};
}

Index IntervalDiscrimination::steps_of(double duration_ms) const {
  return consecutive_epochs({duration_ms}, info_.dt_ms)[0].n_steps;
}

void IntervalDiscrimination::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const Index shortest = steps_of(kShortest);
  const auto n_lengths = static_cast<std::uint64_t>(steps_of(kLongest) - shortest + 1);
  const auto first = shortest + static_cast<Index>(stream.integer(n_lengths));
  const Index delay = steps_of(kDelays[stream.integer(2)]);
  Index second = first;
  while (second == first) second = shortest + static_cast<Index>(stream.integer(n_lengths));
  trial.reset(info_, info_.n_steps);
  make_trial(first, delay, second, trial);
  trial.condition = first < second ? 0 : 2;  // the first that has this answer
}

void IntervalDiscrimination::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  const Pair& pair = kPairs[condition];
  trial.reset(info_, info_.n_evaluation_steps);
  make_trial(steps_of(pair.first), steps_of(kDelays[0]), steps_of(pair.second), trial);
  trial.condition = condition;
}

void IntervalDiscrimination::make_trial(Index n_first, Index n_delay, Index n_second, Trial& trial) const {
  const Index first = steps_of(300), second = first + n_first + n_delay;
  const Index decision = second + n_second + steps_of(500), end = decision + steps_of(300);
  trial.inputs.row(0).head(decision).setOnes();
  trial.inputs.row(1).segment(first, n_first).setOnes();
  trial.inputs.row(2).segment(second, n_second).setOnes();
  std::fill(trial.classes.begin() + decision, trial.classes.begin() + end, n_first > n_second ? 1 : 2);
  trial.mask.rightCols(trial.mask.cols() - end).setZero();
}

}  // namespace cohort
