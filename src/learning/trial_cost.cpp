#include <cohort/learning/trial_cost.hpp>

#include <cohort/learning/direct_cost.hpp>

#include <cmath>

namespace cohort {
namespace {

/// Σ mask of each trial, [n_trials].
template <class Scalar>
VectorXd trial_weights(const TrialBatch<Scalar>& batch) {
  VectorXd weights = VectorXd::Zero(batch.n_trials);
  for (Index column = 0; column < batch.mask.cols(); ++column)
    weights[column % batch.n_trials] += batch.mask.col(column).template cast<double>().sum();
  return weights;
}

}  // namespace

template <class Scalar>
VectorXd trial_costs(const TemporalContext<Scalar>& context, const RecurrentNetwork<Scalar>& network,
                     const Matrix<Scalar>& outputs) {
  VectorXd costs = context.objective.trial_losses(context.batch, outputs, context.total_weight);
  if (context.direct.is_zero()) return costs;
  const auto rates = network.trajectory().rates.matrix();  // those of the start first
  add_direct_costs<Scalar>(context.direct, 0, rates.middleCols(context.batch.n_trials, context.batch.n_columns()),
                           costs);
  return costs;
}

template <class Scalar>
double disturbed_cost(const TemporalContext<Scalar>& context, RecurrentNetwork<Scalar>& network) {
  ForwardOptions<Scalar> pass;
  pass.noise = context.noise;
  const Activity<Scalar>& activity = network.forward(context.batch.inputs, context.batch.n_trials, pass);
  return trial_costs(context, network, activity.outputs).sum();
}

template <class Scalar>
VectorXd trial_errors(const TemporalContext<Scalar>& context, const Matrix<Scalar>& outputs) {
  const TrialBatch<Scalar>& batch = context.batch;
  const VectorXd weights = trial_weights(batch).cwiseMax(1e-300);  // a trial of which nothing counts has error 0
  if (!batch.classes.empty()) return context.objective.trial_losses(batch, outputs, 1).cwiseQuotient(weights);
  VectorXd errors = VectorXd::Zero(batch.n_trials);
  for (Index column = 0; column < outputs.cols(); ++column)
    for (Index output = 0; output < outputs.rows(); ++output) {
      const auto m = static_cast<double>(batch.mask(output, column));
      if (m == 0) continue;  // what is masked may be anything, even NaN
      errors[column % batch.n_trials] += m * std::abs(static_cast<double>(outputs(output, column)) -
                                                      static_cast<double>(batch.targets(output, column)));
    }
  return errors.cwiseQuotient(weights);
}

#define COHORT_INSTANTIATE(Scalar)                                                               \
  template VectorXd trial_costs(const TemporalContext<Scalar>&, const RecurrentNetwork<Scalar>&, \
                                const Matrix<Scalar>&);                                          \
  template double disturbed_cost(const TemporalContext<Scalar>&, RecurrentNetwork<Scalar>&);     \
  template VectorXd trial_errors(const TemporalContext<Scalar>&, const Matrix<Scalar>&)

COHORT_INSTANTIATE(float);
COHORT_INSTANTIATE(double);

}  // namespace cohort
