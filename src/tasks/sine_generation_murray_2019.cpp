#include <cohort/tasks/sine_generation_murray_2019.hpp>

#include <cmath>
#include <numbers>

namespace cohort {

Description SineGenerationMurray2019::description() {
  Description d;
  d.name = "sine_generation_murray_2019";
  d.summary = "generate one period of a sum of three sines; 100 steps, no input but a push at the start";
  d.equation = "y*(t) = sin(2π t/T) + 1/2 sin(4π t/T) + 1/4 sin(8π t/T); mean squared error, all steps";
  d.reference = "Murray 2019, doi:10.7554/eLife.43299";
  d.parameters = {ParameterInfo::integer("period", 100, 3, 100000, "steps", "T, also the length of a trial"),
                  ParameterInfo::number("start", 1, -1e6, 1e6, "1", "input at the first step")};
  return d;
}

SineGenerationMurray2019::SineGenerationMurray2019(const Parameters& parameters) : start_(parameters.number("start")) {
  const Index n_steps = parameters.integer("period");
  target_.resize(n_steps);
  for (Index step = 0; step < n_steps; ++step) {
    const double phase = 2 * std::numbers::pi * static_cast<double>(step) / static_cast<double>(n_steps);
    target_[step] = std::sin(phase) + std::sin(2 * phase) / 2 + std::sin(4 * phase) / 4;
  }
  info_.n_inputs = 1;
  info_.n_outputs = 1;
  info_.input_names = {"start"};
  info_.output_names = {"signal"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = n_steps;
  info_.dt_ms = 1;
  info_.loss = LossKind::mean_squared_error;
  info_.has_one_trial = true;
  info_.conditions = {"sine"};
  info_.contexts = {{"no input", VectorXd::Zero(1)}};
}

void SineGenerationMurray2019::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(0, stream, trial);
}

void SineGenerationMurray2019::evaluation_trial(int, RandomStream&, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.inputs(0, 0) = start_;
  trial.targets.row(0) = target_.transpose();
}

}  // namespace cohort
