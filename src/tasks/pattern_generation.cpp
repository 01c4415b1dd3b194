#include <cohort/tasks/pattern_generation.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/epochs.hpp>
#include <cohort/tasks/spikes.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace cohort {
namespace {

constexpr int kCycles[] = {1, 2, 3, 5};

/// [n_outputs x n_steps]
MatrixXd sums_of_sines(Index n_outputs, Index n_steps, const RandomStream& stream) {
  MatrixXd targets = MatrixXd::Zero(n_outputs, n_steps);
  for (Index output = 0; output < n_outputs; ++output) {
    RandomStream own = stream.substream(static_cast<std::uint64_t>(output));
    for (const int cycles : kCycles) {
      const double amplitude = own.uniform(0.5, 2), phase = own.uniform(0, 2 * std::numbers::pi);
      for (Index step = 0; step < n_steps; ++step) {
        const double time = static_cast<double>(step) / static_cast<double>(n_steps);
        targets(output, step) += amplitude * std::sin(2 * std::numbers::pi * cycles * time + phase);
      }
    }
    const double start = targets(output, 0);
    targets.row(output).array() -= start;
    targets.row(output) /= targets.row(output).cwiseAbs().maxCoeff();
  }
  return targets;
}

}  // namespace

Description PatternGeneration::description() {
  Description d;
  d.name = "pattern_generation";
  d.summary = "generate sums of four sines from spike trains that are the same in every trial; 1000 steps of 1 ms";
  d.equation =
      "y*(t) ∝ Σ_k a_k [sin(2π k t/T + φ_k) - sin φ_k], k = 1, 2, 3, 5, largest |y*| 1; mean squared error, all steps";
  d.version = 2;
  d.reference = "Bellec et al. 2020, doi:10.1038/s41467-020-17236-y; Liu et al. 2022 (generalization and curvature)";
  d.parameters = {
      ParameterInfo::number("dt", 1, 0.01, 1000, "ms", "duration of a step"),
      ParameterInfo::number("duration", 1000, 0.1, 1e6, "ms", "T, length of a trial"),
      ParameterInfo::integer("outputs", 1, 1, 1000, "outputs", "number of patterns generated at once"),
      ParameterInfo::choice("input", "frozen", {"frozen", "none"}, "frozen spike trains, or a push at the start only"),
      ParameterInfo::integer("units", 100, 1, 100000, "units", "spike trains of the frozen input"),
      ParameterInfo::number("rate", 50, 0, 100000, "Hz", "their firing rate"),
      ParameterInfo::integer("pattern", 0, 0, 1'000'000'000, "1", "which targets and spike trains")};
  return d;
}

PatternGeneration::PatternGeneration(const Parameters& parameters) {
  const double dt = parameters.number("dt");
  const Index n_steps = consecutive_epochs({parameters.number("duration")}, dt)[0].n_steps;
  if (n_steps < 2)
    throw UserError(fmt::format("a trial of one step of {} ms shows no pattern", dt), "a pattern starts at 0",
                    "Give a smaller dt or a longer duration.");
  const auto pattern = static_cast<std::uint64_t>(parameters.integer("pattern"));
  const bool is_frozen = parameters.text("input") == "frozen";
  targets_ = sums_of_sines(parameters.integer("outputs"), n_steps, RandomStream("task", "pattern targets", pattern));
  inputs_ = MatrixXd::Zero(is_frozen ? parameters.integer("units") : 1, n_steps);
  double spike = 0;
  if (is_frozen) {
    spike = spike_probability(parameters.number("rate"), dt);
    RandomStream stream("task", "pattern spikes", pattern);
    add_spikes(spike, stream, inputs_);
  } else {
    inputs_(0, 0) = 1;
  }
  info_.n_inputs = inputs_.rows();
  info_.n_outputs = targets_.rows();
  info_.input_names = numbered_names("spike train", info_.n_inputs);
  info_.output_names = numbered_names("pattern", info_.n_outputs);
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = n_steps;
  info_.dt_ms = dt;
  info_.loss = LossKind::mean_squared_error;
  info_.has_one_trial = true;
  info_.conditions = {"pattern"};
  info_.contexts = {{"mean input", VectorXd::Constant(info_.n_inputs, spike)}};
}

void PatternGeneration::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(0, stream, trial);
}

void PatternGeneration::evaluation_trial(int, RandomStream&, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.inputs = inputs_;
  trial.targets = targets_;
}

}  // namespace cohort
