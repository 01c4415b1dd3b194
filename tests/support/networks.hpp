#pragma once

#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/objective.hpp>

#include <support/random_network.hpp>

#include <string>

namespace cohort::test {

/// Random trials with a random mask (zero for the first third of the steps).
template <class Scalar>
TrialBatch<Scalar> random_batch(LossKind loss, Index n_inputs, Index n_outputs, Index n_steps, Index n_trials,
                                std::uint64_t seed = 1) {
  TaskInfo info;
  info.n_inputs = n_inputs;
  info.n_outputs = n_outputs;
  info.loss = loss;
  TrialBatch<Scalar> batch;
  resize_batch(info, n_trials, n_steps, batch);
  RandomStream stream("test-batch", "", seed);
  for (Index t = 0; t < n_trials; ++t) {
    Trial trial;
    trial.reset(info, n_steps);
    for (Index i = 0; i < trial.inputs.size(); ++i) trial.inputs(i) = stream.normal();
    for (Index i = 0; i < trial.targets.size(); ++i) trial.targets(i) = stream.normal();
    for (auto& c : trial.classes) c = static_cast<int>(stream.integer(static_cast<std::uint64_t>(n_outputs)));
    for (Index i = 0; i < trial.mask.size(); ++i) trial.mask(i) = 0.5 + stream.uniform();
    trial.mask.leftCols(n_steps / 3).setZero();
    place_trial(trial, t, batch);
  }
  return batch;
}

/// A rule's gradient of loss + penalty · mean(h²), and that value.
template <class Scalar>
struct LossAndGradient {
  double loss = 0;
  ParameterSet<Scalar> gradient;
};

template <class Scalar>
double regularized_loss(Network<Scalar>& network, const TrialBatch<Scalar>& batch, LossKind loss, double penalty) {
  const auto& activity = network.forward(batch.inputs, batch.n_trials);
  return Objective<Scalar>(loss).score(batch, activity.outputs).loss + penalty * activity.mean_square_rate;
}

template <class Scalar>
LossAndGradient<Scalar> rule_gradient(const std::string& rule_name, Network<Scalar>& network,
                                      const TrialBatch<Scalar>& batch, LossKind loss, double penalty = 0) {
  auto rule = learning_rules<Scalar>().make(rule_name);
  rule->begin(network, RandomStream("test-rule", rule_name, 7));
  LossAndGradient<Scalar> result{0, ParameterSet<Scalar>(network.parameters().layout)};
  result.loss = regularized_loss(network, batch, loss, penalty);
  const auto& activity = network.forward(batch.inputs, batch.n_trials);
  Matrix<Scalar> error;
  Objective<Scalar>(loss).output_error(batch, activity.outputs, error);
  const auto rate_weight =
      static_cast<Scalar>(2 * penalty / static_cast<double>(network.n_units() * batch.n_columns()));
  rule->add_gradient(
      {network, batch, activity, error, {rate_weight}, Objective<Scalar>(loss), Objective<Scalar>::total_weight(batch)},
      result.gradient);
  return result;
}

/// |a - b| / |b|
template <class Scalar>
double relative_difference(const Vector<Scalar>& a, const Vector<Scalar>& b) {
  return static_cast<double>((a - b).norm() / b.norm());
}

}  // namespace cohort::test
