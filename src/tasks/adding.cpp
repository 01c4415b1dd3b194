#include <cohort/tasks/adding.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {
namespace {

constexpr double kTolerance = 0.08;  // 0.04 of a target that is half as large

}  // namespace

Description Adding::description() {
  Description d;
  d.name = "adding";
  d.summary = "add the two marked numbers of a random sequence; 100 steps";
  d.equation = "y* = x_i + x_j at the last step, i and j marked; masked mean squared error";
  d.version = 2;
  d.reference = "Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735; Le et al. 2015, arXiv:1504.00941";
  d.parameters = {
      ParameterInfo::integer("steps", 100, 2, 1000000, "steps", "length of a trial"),
      ParameterInfo::integer("sequences", 64, 1, 100000, "trials", "evaluation trials, each a condition of its own")};
  return d;
}

Adding::Adding(const Parameters& parameters) {
  info_.n_inputs = 2;
  info_.n_outputs = 1;
  info_.input_names = {"number", "mark"};
  info_.output_names = {"sum"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = parameters.integer("steps");
  info_.dt_ms = 1;
  info_.loss = LossKind::mean_squared_error;
  for (int sequence = 0; sequence < parameters.integer("sequences"); ++sequence)
    info_.conditions.push_back(fmt::format("sequence={}", sequence));
  info_.contexts = {{"mean input", Eigen::Vector2d(0.5, 0)}};
}

void Adding::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(0, stream, trial);
}

void Adding::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  const Index half = info_.n_steps / 2;
  const auto first = static_cast<Index>(stream.integer(static_cast<std::uint64_t>(half)));
  const auto second = half + static_cast<Index>(stream.integer(static_cast<std::uint64_t>(info_.n_steps - half)));
  for (Index step = 0; step < info_.n_steps; ++step) trial.inputs(0, step) = stream.uniform();
  trial.inputs(1, first) = trial.inputs(1, second) = 1;
  trial.targets(0, info_.n_steps - 1) = trial.inputs(0, first) + trial.inputs(0, second);
  trial.mask.leftCols(info_.n_steps - 1).setZero();
}

double Adding::performance(const Trial& trial, const MatrixXd& outputs) const {
  const Index last = info_.n_steps - 1;
  return std::abs(outputs(0, last) - trial.targets(0, last)) < kTolerance ? 1 : 0;
}

/// The sum of two numbers from [0, 1) is nearest to 1 most often.
double Adding::chance() const { return 1 - (1 - kTolerance) * (1 - kTolerance); }

}  // namespace cohort
