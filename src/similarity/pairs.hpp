#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// An order of matrices by content: computing every pair in it makes a measure bitwise symmetric.
bool comes_before(const MatrixXd& a, const MatrixXd& b);

/// With more units than samples, X = L Qᵀ with L [n_samples x n_samples]; the columns of Q are orthonormal, so L has
/// the same singular values against anything as X, and the same products of samples.
MatrixXd without_redundant_units(MatrixXd values);

/// What the nuclear norm of XᵀY costs, in operations of a matrix product that would take as long.
double nuclear_norm_flops(Index n_samples, Index n_units_a, Index n_units_b);

/// Throws UserError unless both have as many samples.
void expect_same_samples(Index a, Index b);

}  // namespace cohort
