#include <cohort/tasks/ready_set_go.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/epochs.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr double kFixation = 100, kFlash = 83;  // ms
constexpr Index kIntervals = 5;                 // of evaluation

Index nearest_steps(double steps) { return std::max<Index>(1, std::lround(steps)); }

/// At most `n` whole numbers from `first` to `last`, evenly spread, both of them among the numbers.
std::vector<Index> spread(Index first, Index last, Index n) {
  n = std::min(n, last - first + 1);
  std::vector<Index> numbers;
  for (Index i = 0; i < n; ++i) numbers.push_back(first + (n == 1 ? 0 : (last - first) * i / (n - 1)));
  return numbers;
}

}  // namespace

Description ReadySetGo::description() {
  Description d;
  d.name = "ready_set_go";
  d.summary = "measure the interval between two flashes and produce it; at most 56 steps of 80 ms";
  d.equation = "class 1 (go) at the one step gain * interval after set, else 0; cross-entropy";
  d.version = 2;
  d.reference = "Remington et al. 2018, doi:10.1016/j.neuron.2018.05.020; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 80, 0.1, 83, "ms", "duration of a step"),
                  ParameterInfo::number("interval_min", 800, 100, 1e6, "ms", "shortest interval"),
                  ParameterInfo::number("interval_max", 1500, 100, 1e6, "ms", "longest interval"),
                  ParameterInfo::number("gain", 1, 0.1, 100, "1", "interval to produce / interval measured")};
  return d;
}

ReadySetGo::ReadySetGo(const Parameters& parameters)
    : gain_(parameters.number("gain")),
      shortest_(parameters.number("interval_min")),
      longest_(parameters.number("interval_max")) {
  if (shortest_ > longest_)
    throw UserError(fmt::format("interval_min={} is not possible for ready_set_go", shortest_),
                    fmt::format("interval_max is {}", longest_));
  info_.n_inputs = 3;
  info_.n_outputs = 2;
  info_.input_names = {"fixation", "ready", "set"};
  info_.output_names = {"wait", "go"};
  info_.dt_ms = parameters.number("dt");
  n_fixation_ = nearest_steps(kFixation / info_.dt_ms);
  n_flash_ = nearest_steps(kFlash / info_.dt_ms);
  const Index n_shortest = whole_steps(shortest_, info_.dt_ms);
  // What is drawn lies below interval_max: where that is whole steps, they are never reached.
  n_longest_ = std::max(n_shortest, static_cast<Index>(std::ceil(longest_ / info_.dt_ms - 1e-9)) - 1);
  if (n_shortest < n_flash_)
    throw UserError(fmt::format("interval_min={} is not possible for ready_set_go", shortest_),
                    fmt::format("a flash lasts {} steps of {} ms", n_flash_, info_.dt_ms), "Give a smaller dt.");
  intervals_ = spread(n_shortest, n_longest_, kIntervals);
  info_.n_steps = info_.n_evaluation_steps = trial_steps(n_longest_);
  info_.n_sample_steps = trial_steps(n_shortest);
  info_.loss = LossKind::cross_entropy;
  for (std::size_t i = 0; i < intervals_.size(); ++i)
    info_.conditions.push_back(
        fmt::format("{}:interval={:g}ms", 1 + i, static_cast<double>(intervals_[i]) * info_.dt_ms));
  info_.contexts = {{"no input", VectorXd::Zero(3)}};
}

Index ReadySetGo::steps_to_produce(Index n_interval) const {
  return nearest_steps(gain_ * static_cast<double>(n_interval));
}

Index ReadySetGo::trial_steps(Index n_interval) const {
  return n_fixation_ + n_interval + n_flash_ + 2 * steps_to_produce(n_interval);
}

void ReadySetGo::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const Index n_interval = std::min(whole_steps(stream.uniform(shortest_, longest_), info_.dt_ms), n_longest_);
  make_trial(n_interval, trial);
  // The longest interval of evaluation that is not longer.
  const auto next = std::upper_bound(intervals_.begin(), intervals_.end(), n_interval);
  trial.condition = static_cast<int>(next - intervals_.begin()) - 1;
}

void ReadySetGo::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  make_trial(intervals_[static_cast<std::size_t>(condition)], trial);
  trial.condition = condition;
}

void ReadySetGo::make_trial(Index n_interval, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  const Index set = n_fixation_ + n_interval, production = set + n_flash_;
  trial.inputs.row(0).head(production).setOnes();
  trial.inputs.row(1).segment(n_fixation_, n_flash_).setOnes();
  trial.inputs.row(2).segment(set, n_flash_).setOnes();
  trial.classes[static_cast<std::size_t>(production + steps_to_produce(n_interval))] = 1;
  trial.mask.rightCols(info_.n_steps - trial_steps(n_interval)).setZero();
}

double ReadySetGo::performance(const Trial& trial, const MatrixXd& outputs) const {
  const Index go = std::find(trial.classes.begin(), trial.classes.end(), 1) - trial.classes.begin();
  const auto end = static_cast<Index>((trial.mask.array() > 0).count());
  const double wait_ms = static_cast<double>(end - go) * info_.dt_ms;  // production lasts twice as long
  for (Index step = 0; step < end; ++step) {
    if (outputs(1, step) <= outputs(0, step)) continue;
    return static_cast<double>(std::abs(step - go)) * info_.dt_ms <= 0.2 * wait_ms + 25 ? 1 : 0;
  }
  return 0;
}

}  // namespace cohort
