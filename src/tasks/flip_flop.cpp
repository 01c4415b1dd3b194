#include <cohort/tasks/flip_flop.hpp>

#include <cohort/core/split_mix.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {

Description FlipFlop::description() {
  Description d;
  d.name = "flip_flop";
  d.summary = "remember the sign of the last pulse on each channel; 64 steps";
  d.equation = "y* = last non-zero input of the channel; mean squared error, all steps";
  d.version = 2;
  d.reference = "Sussillo & Barak 2013, doi:10.1162/NECO_a_00409; Golub & Sussillo 2018, doi:10.21105/joss.01003";
  d.parameters = {
      ParameterInfo::integer("bits", 3, 1, 1000, "channels", "number of channels"),
      ParameterInfo::integer("steps", 64, 1, 1000000, "steps", "length of a trial"),
      ParameterInfo::number("p", 0.5, 0, 1, "1", "probability of a pulse at a step of a channel"),
      ParameterInfo::integer("sequences", 32, 1, 100000, "trials", "evaluation trials, each a condition of its own")};
  return d;
}

FlipFlop::FlipFlop(const Parameters& parameters) : probability_(parameters.number("p")) {
  info_.n_inputs = info_.n_outputs = parameters.integer("bits");
  info_.input_names = numbered_names("pulse", info_.n_inputs);
  info_.output_names = numbered_names("bit", info_.n_outputs);
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = parameters.integer("steps");
  info_.dt_ms = 1;
  info_.loss = LossKind::mean_squared_error;
  for (int sequence = 0; sequence < parameters.integer("sequences"); ++sequence)
    info_.conditions.push_back(fmt::format("sequence={}", sequence));
  info_.contexts = {{"no input", VectorXd::Zero(info_.n_inputs)}};
}

void FlipFlop::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(0, stream, trial);
}

void FlipFlop::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  // Half of 64 random bits is one channel at one step: 31 bits say whether there is a pulse, one its sign.
  SplitMix generator(stream.bits());
  const auto threshold = static_cast<std::uint64_t>(std::llround(probability_ * 0x1.0p31));
  const Index n_channels = info_.n_inputs;
  double* inputs = trial.inputs.data();
  double* targets = trial.targets.data();
  std::uint64_t bits = 0;
  for (Index i = 0; i < trial.inputs.size(); ++i) {
    bits = i % 2 == 0 ? generator.bits() : bits >> 32;
    const int is_pulse = i < n_channels || (bits & 0xffffffff) >> 1 < threshold;
    const int pulse = is_pulse * (2 * static_cast<int>(bits & 1) - 1);
    inputs[i] = pulse;
    // Products instead of branches, which would be wrong every other time.
    targets[i] = pulse + (1 - is_pulse) * targets[std::max<Index>(0, i - n_channels)];
  }
}

double FlipFlop::performance(const Trial& trial, const MatrixXd& outputs) const {
  return static_cast<double>((outputs.array() * trial.targets.array() > 0).count()) /
         static_cast<double>(outputs.size());
}

}  // namespace cohort
