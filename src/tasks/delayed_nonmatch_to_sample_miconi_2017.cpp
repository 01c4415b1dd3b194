#include <cohort/tasks/delayed_nonmatch_to_sample_miconi_2017.hpp>

namespace cohort {
namespace {

constexpr double kTarget = 0.98;  // what tanh units can reach

}  // namespace

Description DelayedNonmatchToSampleMiconi2017::description() {
  Description d;
  d.name = "delayed_nonmatch_to_sample_miconi_2017";
  d.summary = "say whether two stimuli differ (sequential exclusive or); 1000 steps of 1 ms, one output";
  d.equation = "y* = -0.98 (same) or +0.98 (different) during the response; masked mean squared error";
  d.version = 2;
  d.reference = "Miconi 2017, doi:10.7554/eLife.20899";
  d.parameters = {ParameterInfo::number("dt", 1, 0.1, 100, "ms", "duration of a step"),
                  ParameterInfo::number("response", 200, 0.1, 400, "ms", "end of the trial, where the output counts")};
  return d;
}

DelayedNonmatchToSampleMiconi2017::DelayedNonmatchToSampleMiconi2017(const Parameters& parameters) {
  const double dt = parameters.number("dt"), response = parameters.number("response");
  // Steps longer than 1 ms leave out the silent first one.
  const double silence = dt <= 1 ? 1 : 0;
  const auto epochs = consecutive_epochs({silence, 200, 200 - silence, 200, 400 - response, response}, dt);
  first_ = epochs[1];
  second_ = epochs[3];
  response_ = epochs[5];
  info_.n_inputs = 2;
  info_.n_outputs = 1;
  info_.input_names = {"stimulus A", "stimulus B"};
  info_.output_names = {"response"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = response_.end();
  info_.dt_ms = dt;
  info_.loss = LossKind::mean_squared_error;
  info_.conditions = {"AA", "AB", "BA", "BB"};
  info_.contexts = {{"no input", VectorXd::Zero(2)}};
}

void DelayedNonmatchToSampleMiconi2017::training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(index % 4), stream, trial);
}

void DelayedNonmatchToSampleMiconi2017::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  const Index first = condition / 2, second = condition % 2;
  trial.inputs.row(first).segment(first_.first, first_.n_steps).setOnes();
  trial.inputs.row(second).segment(second_.first, second_.n_steps).setOnes();
  trial.targets.rightCols(response_.n_steps).setConstant(first == second ? -kTarget : kTarget);
  trial.mask.leftCols(response_.first).setZero();
}

double DelayedNonmatchToSampleMiconi2017::performance(const Trial& trial, const MatrixXd& outputs) const {
  const Index n = response_.n_steps;
  const auto targets = trial.targets.rightCols(n);
  // The mean error of a silent output is the target's size: taken from the targets, it is exact in their precision.
  return (outputs.rightCols(n) - targets).cwiseAbs().sum() < targets.cwiseAbs().sum() ? 1 : 0;
}

}  // namespace cohort
