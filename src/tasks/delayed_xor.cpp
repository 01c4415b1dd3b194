#include <cohort/tasks/delayed_xor.hpp>

#include <cohort/tasks/noise.hpp>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr double kRest = 0.02;

}  // namespace

Description DelayedXor::description() {
  Description d;
  d.name = "delayed_xor";
  d.summary = "say whether two cues, a delay apart, both came or both stayed away; 900 steps of 1 ms";
  d.equation = "class 1 when cue 1 = cue 2, else 0; cross-entropy at the last step";
  d.version = 2;
  d.reference = "Liu et al. 2022 (ModProp), NeurIPS 35; released code";
  d.parameters = {ParameterInfo::number("dt", 1, 0.1, 100, "ms", "duration of a step"),
                  ParameterInfo::number("cue", 100, 0.1, 10000, "ms", "duration of a cue"),
                  ParameterInfo::number("delay", 700, 0, 1e6, "ms", "from the first cue to the second"),
                  ParameterInfo::number("amplitude", 2, 0, 1e6, "1", "height of a cue's bump"),
                  ParameterInfo::number("noise", 0.01, 0, 1e6, "1", "standard deviation per step"),
                  ParameterInfo::integer("repeats", 1, 1, 100000, "trials", "evaluation trials of each pair of cues")};
  return d;
}

DelayedXor::DelayedXor(const Parameters& parameters) : noise_(parameters.number("noise")) {
  const double dt = parameters.number("dt"), cue = parameters.number("cue");
  const auto epochs = consecutive_epochs({cue, parameters.number("delay"), cue}, dt);
  first_ = epochs[0];
  second_ = epochs[2];
  const Index n = std::max(first_.n_steps, second_.n_steps);
  // Both ends of the bump belong to it: -2 to 2 standard deviations.
  bump_ = VectorXd::LinSpaced(n, n > 1 ? -2 : 0, n > 1 ? 2 : 0);
  bump_ = parameters.number("amplitude") * (-bump_.array().square() / 2).exp();
  info_.n_inputs = 2;
  info_.n_outputs = 2;
  info_.input_names = {"cue 1", "cue 2"};
  info_.output_names = {"different", "same"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = second_.end();
  info_.dt_ms = dt;
  info_.loss = LossKind::cross_entropy;
  info_.conditions = {"cues=00", "cues=01", "cues=10", "cues=11"};
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"delay", VectorXd::Constant(2, kRest)}};
}

void DelayedXor::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(stream.integer(4)), stream, trial);
}

void DelayedXor::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  const bool first = condition / 2 == 1, second = condition % 2 == 1;
  trial.inputs.setConstant(kRest);
  if (first) trial.inputs.row(0).head(first_.n_steps) += bump_.head(first_.n_steps).transpose();
  if (second) trial.inputs.row(1).tail(second_.n_steps) += bump_.head(second_.n_steps).transpose();
  add_noise(noise_, stream, trial.inputs);
  trial.classes.assign(trial.classes.size(), first == second ? 1 : 0);
  trial.mask.leftCols(info_.n_steps - 1).setZero();
}

}  // namespace cohort
