#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// How the dynamics of a representation are read from it.
struct DelayOptions {
  Index delays = 3;  ///< copies of the state at earlier times, the present one included
  Index lag = 1;     ///< steps between them
  Index rank = 10;   ///< singular vectors that are kept, if there are as many
  double ridge = 0;  ///< added to the diagonal of the normal equations

  /// Steps that a trial must have: two rows of the embedding.
  Index least_times() const { return (delays - 1) * lag + 2; }
};

/// Row t of a trial is [x_t, x_{t-lag}, ..., x_{t-(delays-1) lag}], newest first; trials stay apart, nothing is
/// centred. `values` is [n_conditions n_times x n_units], time fastest; the result has n_conditions
/// (n_times - (delays - 1) lag) rows.
MatrixXd delay_embedding(const MatrixXd& values, Index n_conditions, const DelayOptions& options);

/// The linear map A [r x r] that takes the first r left singular vectors of the delay embedding from one step to the
/// next, v_{t+1} ≈ A v_t within each trial, by (ridge) regression (Brunton et al. 2017, doi:10.1038/s41467-017-00030-8;
/// Ostrow et al. 2023, arXiv:2306.10168). r is `rank`, or the number of singular values above 1e-7 of the largest.
/// Known up to A -> Q A Qᵀ: only the space that the vectors span is settled. Requires n_times >= least_times().
MatrixXd delay_dynamics(const MatrixXd& values, Index n_conditions, const DelayOptions& options);

}  // namespace cohort
