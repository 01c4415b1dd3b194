#include <cohort/tasks/periodic_target_sussillo_2009.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/epochs.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace cohort {

Description PeriodicTargetSussillo2009::description() {
  Description d;
  d.name = "periodic_target_sussillo_2009";
  d.summary = "generate a periodic target without input, as for FORCE; 2 periods of 1200 steps of 1 ms";
  d.equation = "y*(t) = a/1.5 [sin ωt + 1/2 sin 2ωt + 1/6 sin 3ωt + 1/3 sin 4ωt]; mean squared error, all steps";
  d.reference = "Sussillo & Abbott 2009, doi:10.1016/j.neuron.2009.07.018";
  d.parameters = {ParameterInfo::number("dt", 1, 0.01, 1000, "ms", "duration of a step"),
                  ParameterInfo::number("period", 1200, 1, 1e6, "ms", "2π/ω"),
                  ParameterInfo::integer("periods", 2, 1, 100000, "periods", "length of a trial"),
                  ParameterInfo::number("amplitude", 1.3, -1e6, 1e6, "1", "a"),
                  ParameterInfo::number("start", 1, -1e6, 1e6, "1", "input at the first step")};
  return d;
}

PeriodicTargetSussillo2009::PeriodicTargetSussillo2009(const Parameters& parameters)
    : start_(parameters.number("start")) {
  const double dt = parameters.number("dt"), period = parameters.number("period");
  if (period / dt < 3 - 1e-9)
    throw UserError(fmt::format("period={} is not possible for periodic_target_sussillo_2009", period),
                    fmt::format("in steps of {} ms all its sines are 0", dt), "Give at least three steps a period.");
  const double duration = period * static_cast<double>(parameters.integer("periods"));
  const Index n_steps = consecutive_epochs({duration}, dt)[0].n_steps;
  target_.resize(n_steps);
  for (Index step = 0; step < n_steps; ++step) {
    const double phase = 2 * std::numbers::pi * static_cast<double>(step) * dt / period;
    target_[step] = parameters.number("amplitude") / 1.5 *
                    (std::sin(phase) + std::sin(2 * phase) / 2 + std::sin(3 * phase) / 6 + std::sin(4 * phase) / 3);
  }
  info_.n_inputs = 1;
  info_.n_outputs = 1;
  info_.input_names = {"start"};
  info_.output_names = {"signal"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = n_steps;
  info_.dt_ms = dt;
  info_.loss = LossKind::mean_squared_error;
  info_.has_one_trial = true;
  info_.conditions = {"target"};
  info_.contexts = {{"no input", VectorXd::Zero(1)}};
}

void PeriodicTargetSussillo2009::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(0, stream, trial);
}

void PeriodicTargetSussillo2009::evaluation_trial(int, RandomStream&, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.inputs(0, 0) = start_;
  trial.targets.row(0) = target_.transpose();
}

}  // namespace cohort
