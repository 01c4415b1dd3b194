#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// The largest absolute eigenvalue of a square matrix, from the growth of its powers (Gelfand's formula with repeated
/// squaring): right to about 1e-6, and in products of matrices, much faster than all eigenvalues. NaN when the matrix
/// is not finite.
double spectral_radius(const MatrixXd& weights);

}  // namespace cohort
