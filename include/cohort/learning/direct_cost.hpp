#pragma once

#include <cohort/network/network.hpp>

namespace cohort {

/// Adds to each trial's cost, [n_trials], the function of some units' activity whose derivative is the direct credit,
/// Σ (rate_weight/2 |h|² + (offset + that of the trial) · h). The units are the rows of `h` [n x n_steps * n_trials],
/// unit `first` of the network in the first of them.
template <class Scalar>
void add_direct_costs(const DirectCredit<Scalar>& direct, Index first, const Eigen::Ref<const Matrix<Scalar>>& h,
                      VectorXd& costs);

}  // namespace cohort
