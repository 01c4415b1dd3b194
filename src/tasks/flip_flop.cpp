#include <cohort/tasks/flip_flop.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {

Description FlipFlop::description() {
  Description d;
  d.name = "flip_flop";
  d.summary = "remember the sign of the last pulse on each channel; 64 steps";
  d.equation = "y* = last non-zero input of the channel; mean squared error, all steps";
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
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = parameters.integer("steps");
  info_.dt_ms = 1;
  info_.loss = LossKind::mean_squared_error;
  for (int sequence = 0; sequence < parameters.integer("sequences"); ++sequence)
    info_.conditions.push_back(fmt::format("sequence={}", sequence));
  info_.contexts = {{"no input", VectorXd::Zero(info_.n_inputs)}};
}

void FlipFlop::training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(index % info_.conditions.size()), stream, trial);
}

void FlipFlop::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  // Half of 64 random bits is one channel at one step: 31 bits say whether there is a pulse, one its sign.
  const auto threshold = static_cast<std::uint64_t>(std::llround(probability_ * 0x1.0p31));
  std::uint64_t bits = 0;
  bool has_spare = false;
  VectorXd last = VectorXd::Zero(info_.n_inputs);
  for (Index step = 0; step < info_.n_steps; ++step) {
    for (Index channel = 0; channel < info_.n_inputs; ++channel) {
      bits = has_spare ? bits >> 32 : stream.bits();
      has_spare = !has_spare;
      const bool is_pulse = step == 0 || (bits & 0xffffffff) >> 1 < threshold;
      const double sign = static_cast<double>(2 * static_cast<int>(bits & 1) - 1);
      trial.inputs(channel, step) = is_pulse ? sign : 0;
      trial.targets(channel, step) = last[channel] = is_pulse ? sign : last[channel];
    }
  }
}

double FlipFlop::performance(const Trial& trial, const MatrixXd& outputs) const {
  return static_cast<double>((outputs.array() * trial.targets.array() > 0).count()) /
         static_cast<double>(outputs.size());
}

}  // namespace cohort
