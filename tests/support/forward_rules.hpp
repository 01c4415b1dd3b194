#pragma once

#include <cohort/tasks/trial_steps.hpp>

#include <support/cell_variants.hpp>
#include <support/networks.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cohort::test {

constexpr double kGradientFloor = 1e-3;  // a silent network would pass every comparison

/// Every cell there is, small.
inline std::vector<std::string> small_cells() {
  std::vector<std::string> result;
  for (const std::string& name : cell_names()) result.push_back(name + "/units=7");
  return result;
}

/// A variant as the name of a test.
inline std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

/// One trial of a batch.
template <class Scalar>
TrialBatch<Scalar> single_trial(const TrialBatch<Scalar>& batch, Index trial) {
  TrialBatch<Scalar> one;
  one.n_trials = 1;
  one.n_steps = batch.n_steps;
  const auto columns = Eigen::seqN(trial, batch.n_steps, batch.n_trials);
  one.inputs = batch.inputs(Eigen::all, columns);
  one.mask = batch.mask(Eigen::all, columns);
  if (batch.classes.empty()) one.targets = batch.targets(Eigen::all, columns);
  for (Index step = 0; step < batch.n_steps && !batch.classes.empty(); ++step)
    one.classes.push_back(batch.classes[static_cast<std::size_t>(step * batch.n_trials + trial)]);
  return one;
}

/// What a rule that has begun makes of a batch given in parts of `every` steps, the parameters staying as they are; 0
/// gives it in one. The loss is divided by `weight`, to it comes penalty · mean(h²).
template <class Scalar>
ParameterSet<Scalar> gradient_of(LearningRule<Scalar>& rule, RecurrentNetwork<Scalar>& network,
                                 const TrialBatch<Scalar>& batch, LossKind loss, double weight, double penalty = 0,
                                 Index every = 0, std::uint64_t update = 0) {
  const Objective<Scalar> objective(loss);
  const Index n_steps = every > 0 ? every : batch.n_steps;
  ParameterSet<Scalar> sum(network.parameters().layout);
  TrialBatch<Scalar> part;
  for (Index first = 0; first < batch.n_steps; first += n_steps) {
    copy_steps(batch, first, std::min(n_steps, batch.n_steps - first), part);
    ForwardOptions<Scalar> pass;
    pass.carry_on = first > 0;
    const auto& activity = network.forward(part.inputs, part.n_trials, pass);
    Matrix<Scalar> error;
    objective.output_error(part, activity.outputs, weight, error);
    DirectCredit<Scalar> direct;
    direct.rate_weight = static_cast<Scalar>(2 * penalty / static_cast<double>(network.n_units() * batch.n_columns()));
    ParameterSet<Scalar> gradient(network.parameters().layout);
    UpdateContext<Scalar> context{network, part, activity, error, direct, objective, weight, first};
    context.update = update;
    rule.add_gradient(context, gradient);
    sum.values += gradient.values;
  }
  return sum;
}

/// The same for a rule by name, from its beginning, with the loss as a mean over the batch.
template <class Scalar>
ParameterSet<Scalar> gradient_in_parts(const std::string& rule_name, RecurrentNetwork<Scalar>& network,
                                       const TrialBatch<Scalar>& batch, LossKind loss, double penalty, Index every) {
  auto rule = learning_rules<Scalar>().make(rule_name);
  rule->begin(network, RandomStream("test-rule", rule_name, 7));
  return gradient_of<Scalar>(*rule, network, batch, loss, Objective<Scalar>::total_weight(batch), penalty, every);
}

inline double cosine(const VectorXd& a, const VectorXd& b) { return a.dot(b) / (a.norm() * b.norm()); }

}  // namespace cohort::test
