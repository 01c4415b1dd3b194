#pragma once

#include <support/networks.hpp>

#include <cmath>
#include <string>

namespace cohort::test {

/// What else a rule may be given in one update.
struct UpdateOptions {
  LossKind loss = LossKind::mean_squared_error;
  double penalty = 0;     ///< of mean(h²)
  double loss_scale = 1;  ///< what the loss is multiplied by
  std::uint64_t update = 0;
  std::uint64_t seed = 7;  ///< of the rule
  const DriveNoise<double>* noise = nullptr;
};

/// The stream that a rule begins with.
inline RandomStream rule_stream(std::uint64_t seed = 7) { return {"test-rule", "", seed}; }

/// What `rule`, which has begun, adds to a gradient of zero.
inline ParameterSet<double> next_update(LearningRule<double>& rule, Network<double>& network,
                                        const TrialBatch<double>& batch, const UpdateOptions& options = {}) {
  ForwardOptions<double> pass;
  pass.noise = options.noise;
  const auto& activity = network.forward(batch.inputs, batch.n_trials, pass);
  const Objective<double> objective(options.loss);
  Matrix<double> error;
  objective.output_error(batch, activity.outputs, error);
  ParameterSet<double> gradient(network.parameters().layout);
  UpdateContext<double> context{network, batch, activity, error};
  context.direct.rate_weight = 2 * options.penalty / static_cast<double>(network.n_units() * batch.n_columns());
  context.objective = objective;
  context.total_weight = Objective<double>::total_weight(batch) / options.loss_scale;
  context.noise = options.noise;
  context.update = options.update;
  rule.add_gradient(context, gradient);
  return gradient;
}

/// The same of a rule that begins here.
inline ParameterSet<double> first_update(const std::string& rule_name, Network<double>& network,
                                         const TrialBatch<double>& batch, const UpdateOptions& options = {}) {
  const auto rule = learning_rules<double>().make(rule_name);
  rule->check(network);
  rule->begin(network, rule_stream(options.seed));
  return next_update(*rule, network, batch, options);
}

inline double cosine(const VectorXd& a, const VectorXd& b) { return a.dot(b) / (a.norm() * b.norm()); }

}  // namespace cohort::test
