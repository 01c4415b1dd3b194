#include <cohort/tasks/mimic.hpp>

#include "teacher_network.hpp"

#include <cohort/tasks/noise.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {
namespace {

Matrix<float> normal_matrix(Index rows, Index cols, double deviation, RandomStream stream) {
  Matrix<float> matrix(rows, cols);
  for (Index i = 0; i < matrix.size(); ++i) matrix(i) = static_cast<float>(deviation * stream.normal());
  return matrix;
}

}  // namespace

Description Mimic::description() {
  Description d;
  d.name = "mimic";
  d.summary = "reproduce the outputs of a fixed random network driven by the same noise; 100 steps";
  d.equation = "y* = W_out h, h = (1 - 1/tau) h + tanh(W h + W_in x) / tau; mean squared error, all steps";
  d.version = 2;
  d.reference = "Marschall, Cho & Savin 2020, JMLR 21(135)";
  d.parameters = {
      ParameterInfo::integer("units", 32, 1, 10000, "units", "of the teacher"),
      ParameterInfo::integer("inputs", 3, 1, 10000, "inputs", "of both"),
      ParameterInfo::integer("outputs", 3, 1, 10000, "outputs", "of both"),
      ParameterInfo::integer("steps", 100, 1, 1000000, "steps", "length of a trial"),
      ParameterInfo::number("tau", 10, 1, 1e6, "steps", "time constant of the teacher and of the inputs"),
      ParameterInfo::number("gain", 1.2, 0, 1e6, "1", "of the teacher's recurrent weights"),
      ParameterInfo::integer("teacher", 0, 0, 1'000'000'000, "1", "which network"),
      ParameterInfo::integer("sequences", 32, 1, 100000, "trials", "evaluation trials, each a condition of its own")};
  return d;
}

Mimic::Mimic(const Parameters& parameters) : leak_(1 / parameters.number("tau")) {
  const auto n_units = static_cast<Index>(parameters.integer("units"));
  const RandomStream stream("task", "mimic teacher", static_cast<std::uint64_t>(parameters.integer("teacher")));
  info_.n_inputs = parameters.integer("inputs");
  info_.n_outputs = parameters.integer("outputs");
  info_.input_names = numbered_names("noise", info_.n_inputs);
  info_.output_names = numbered_names("teacher", info_.n_outputs);
  const double per_unit = 1 / std::sqrt(static_cast<double>(n_units));
  const auto recurrent = normal_matrix(n_units, n_units, parameters.number("gain") * per_unit, stream.substream(0));
  const auto input =
      normal_matrix(n_units, info_.n_inputs, 1 / std::sqrt(static_cast<double>(info_.n_inputs)), stream.substream(1));
  const auto output = normal_matrix(info_.n_outputs, n_units, per_unit, stream.substream(2));
  teacher_ = std::make_shared<const TeacherNetwork>(recurrent, input, output, static_cast<float>(leak_));
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = parameters.integer("steps");
  info_.dt_ms = 1;
  info_.loss = LossKind::mean_squared_error;
  for (int sequence = 0; sequence < parameters.integer("sequences"); ++sequence)
    info_.conditions.push_back(fmt::format("sequence={}", sequence));
  info_.contexts = {{"no input", VectorXd::Zero(info_.n_inputs)}};
  scale_ = output_scales();
}

VectorXd Mimic::output_scales() const {
  constexpr Index n_steps = 10000;
  RandomStream stream("task", "mimic scale", 0);
  MatrixXd inputs(info_.n_inputs, n_steps);
  draw_inputs(stream, inputs);
  const VectorXd power = teacher_->run(inputs).rowwise().squaredNorm() / static_cast<double>(n_steps);
  // What the teacher never says stays 0: there is nothing to scale.
  return (power.array() > 0).select(power.array().sqrt().inverse(), 1.0).matrix();
}

void Mimic::draw_inputs(RandomStream& stream, MatrixXd& inputs) const {
  inputs.setZero();
  add_noise(1, stream, inputs);
  // x_t = (1 - leak) x_{t-1} + sqrt(1 - (1 - leak)²) noise keeps variance 1 from the first step on.
  const double kept = 1 - leak_, fresh = std::sqrt(1 - kept * kept);
  double* const x = inputs.data();  // steps follow each other
  for (Index i = inputs.rows(); i < inputs.size(); ++i) x[i] = kept * x[i - inputs.rows()] + fresh * x[i];
}

void Mimic::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(0, stream, trial);
}

void Mimic::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  draw_inputs(stream, trial.inputs);
  trial.targets = scale_.asDiagonal() * teacher_->run(trial.inputs);
}

}  // namespace cohort
