#include <cohort/tasks/interval_discrimination.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/epochs.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace cohort {
namespace {

constexpr double kFixation = 300, kShortest = 300, kLongest = 600, kWait = 500, kDecision = 300;  // ms

}  // namespace

Description IntervalDiscrimination::description() {
  Description d;
  d.name = "interval_discrimination";
  d.summary = "say which of two intervals was longer; at most 190 steps of 20 ms";
  d.equation = "class 0 until the decision, then 1 (first longer) or 2; cross-entropy";
  d.reference = "Genovesio, Tsujimoto & Wise 2009, doi:10.1016/j.neuron.2009.06.018; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 20, 0.1, 100, "ms", "duration of a step"),
                  ParameterInfo::number("delay_min", 800, 0, 1e6, "ms", "shortest delay between the stimuli"),
                  ParameterInfo::number("delay_max", 1500, 0, 1e6, "ms", "longest delay between the stimuli"),
                  ParameterInfo::integer("repeats", 4, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

IntervalDiscrimination::IntervalDiscrimination(const Parameters& parameters)
    : delay_min_(parameters.number("delay_min")), delay_max_(parameters.number("delay_max")) {
  if (delay_min_ > delay_max_)
    throw UserError(fmt::format("delay_min={} is not possible for interval_discrimination", delay_min_),
                    fmt::format("delay_max is {}", delay_max_));
  info_.n_inputs = 3;
  info_.n_outputs = 3;
  info_.input_names = {"fixation", "first stimulus", "second stimulus"};
  info_.output_names = {"fixate", "first longer", "second longer"};
  info_.dt_ms = parameters.number("dt");
  pairs_ = evaluation_pairs();
  info_.n_steps = trial_steps({steps_of(kLongest), steps_of(kLongest)}, steps_of(delay_max_));
  info_.n_sample_steps = std::numeric_limits<Index>::max();
  info_.loss = LossKind::cross_entropy;
  for (const Pair& pair : pairs_) {
    info_.n_evaluation_steps = std::max(info_.n_evaluation_steps, trial_steps(pair, steps_of(delay_max_)));
    info_.n_sample_steps = std::min(info_.n_sample_steps, trial_steps(pair, steps_of(delay_min_)));
    info_.conditions.push_back(fmt::format("first={:g}ms,second={:g}ms", static_cast<double>(pair.first) * info_.dt_ms,
                                           static_cast<double>(pair.second) * info_.dt_ms));
  }
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"delay", Eigen::Vector3d(1, 0, 0)}};
}

Index IntervalDiscrimination::steps_of(double duration_ms) const { return whole_steps(duration_ms, info_.dt_ms); }

std::vector<IntervalDiscrimination::Pair> IntervalDiscrimination::evaluation_pairs() const {
  const Index shortest = steps_of(kShortest), range = steps_of(kLongest) - shortest;
  std::set<Index> differences{range};
  for (Index difference = 1; difference < range; difference *= 2) differences.insert(difference);
  std::vector<Pair> pairs;
  for (const Index difference : differences) {
    for (const Index above : std::set<Index>{0, (range - difference) / 2, range - difference}) {
      const Index shorter = shortest + above, longer = shorter + difference;
      pairs.push_back({shorter, longer});
      pairs.push_back({longer, shorter});
    }
  }
  return pairs;
}

Index IntervalDiscrimination::trial_steps(const Pair& pair, Index n_delay) const {
  return steps_of(kFixation) + pair.first + n_delay + pair.second + steps_of(kWait) + steps_of(kDecision);
}

void IntervalDiscrimination::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const Index shortest = steps_of(kShortest);
  const auto n_lengths = static_cast<std::uint64_t>(steps_of(kLongest) - shortest + 1);
  const auto draw = [&] { return shortest + static_cast<Index>(stream.integer(n_lengths)); };
  Pair pair{draw(), draw()};
  while (pair.second == pair.first) pair.second = draw();
  trial.reset(info_, info_.n_steps);
  make_trial(pair, stream, trial);
  trial.condition = pair.first < pair.second ? 0 : 1;
}

void IntervalDiscrimination::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_evaluation_steps);
  make_trial(pairs_[static_cast<std::size_t>(condition)], stream, trial);
  trial.condition = condition;
}

void IntervalDiscrimination::make_trial(const Pair& pair, RandomStream& stream, Trial& trial) const {
  const Index n_delay = steps_of(stream.uniform(delay_min_, delay_max_));
  const Index first = steps_of(kFixation), second = first + pair.first + n_delay;
  const Index end = trial_steps(pair, n_delay), decision = end - steps_of(kDecision);
  trial.inputs.row(0).head(decision).setOnes();
  trial.inputs.row(1).segment(first, pair.first).setOnes();
  trial.inputs.row(2).segment(second, pair.second).setOnes();
  std::fill(trial.classes.begin() + decision, trial.classes.begin() + end, pair.first > pair.second ? 1 : 2);
  trial.mask.rightCols(trial.mask.cols() - end).setZero();
}

}  // namespace cohort
