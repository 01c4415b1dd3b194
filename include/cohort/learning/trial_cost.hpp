#pragma once

#include <cohort/learning/temporal_rule.hpp>
#include <cohort/network/recurrent_network.hpp>

namespace cohort {

/// What each trial of the last forward pass of `network` adds to what training minimizes, [n_trials]: its share of the
/// loss, and of the regularizers the function whose derivative is the direct credit, Σ (rate_weight/2 |h|² + (offset +
/// that of the trial) · h).
template <class Scalar>
VectorXd trial_costs(const TemporalContext<Scalar>& context, const RecurrentNetwork<Scalar>& network,
                     const Matrix<Scalar>& outputs);

/// Their sum when the trials run again, with the same unit noise, under the parameters that `network` has now.
template <class Scalar>
double disturbed_cost(const TemporalContext<Scalar>& context, RecurrentNetwork<Scalar>& network);

/// The mean error of each trial at its counted samples, [n_trials]: the mean absolute error of values, the mean
/// cross-entropy of classes. What rules that learn from reward call (minus) the reward.
template <class Scalar>
VectorXd trial_errors(const TemporalContext<Scalar>& context, const Matrix<Scalar>& outputs);

}  // namespace cohort
