#include <cohort/tasks/ready_set_go.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/epochs.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr double kFixation = 100, kFlash = 83;  // ms
constexpr int kIntervals = 5;                   // of evaluation

/// Fixation, interval (which ready begins), set, production.
std::vector<Epoch> epochs_of(double interval_ms, double gain, double dt_ms) {
  return consecutive_epochs({kFixation, interval_ms, kFlash, 2 * gain * interval_ms}, dt_ms);
}

}  // namespace

Description ReadySetGo::description() {
  Description d;
  d.name = "ready_set_go";
  d.summary = "measure the interval between two flashes and produce it; at most 58 steps of 80 ms";
  d.equation = "class 1 (go) at the one step gain * interval after set, else 0; cross-entropy";
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
  info_.dt_ms = parameters.number("dt");
  info_.n_steps = info_.n_evaluation_steps = epochs_of(longest_, gain_, info_.dt_ms).back().end();
  info_.n_sample_steps = epochs_of(shortest_, gain_, info_.dt_ms).back().end();
  info_.loss = LossKind::cross_entropy;
  for (int condition = 0; condition < kIntervals; ++condition)
    info_.conditions.push_back(fmt::format("{}:interval={}ms", 1 + condition, interval_of(condition)));
  info_.contexts = {{"no input", VectorXd::Zero(3)}};
}

double ReadySetGo::interval_of(int condition) const {
  return shortest_ + (longest_ - shortest_) * condition / (kIntervals - 1);
}

void ReadySetGo::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const double position = stream.uniform();
  make_trial(shortest_ + (longest_ - shortest_) * position, trial);
  trial.condition = static_cast<int>(position * kIntervals);
}

void ReadySetGo::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  make_trial(interval_of(condition), trial);
  trial.condition = condition;
}

void ReadySetGo::make_trial(double interval_ms, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  const auto epochs = epochs_of(interval_ms, gain_, info_.dt_ms);
  const Epoch fixation = epochs[0], set = epochs[2], production = epochs[3];
  const Epoch ready = consecutive_epochs({kFixation, kFlash}, info_.dt_ms)[1];
  trial.inputs.row(0).segment(fixation.first, fixation.n_steps).setOnes();
  trial.inputs.row(1).segment(ready.first, ready.n_steps).setOnes();
  trial.inputs.row(2).segment(set.first, set.n_steps).setOnes();
  const Index wait = consecutive_epochs({gain_ * interval_ms}, info_.dt_ms)[0].n_steps;
  trial.classes[static_cast<std::size_t>(std::min(production.first + wait, production.end() - 1))] = 1;
  trial.mask.rightCols(info_.n_steps - production.end()).setZero();
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
