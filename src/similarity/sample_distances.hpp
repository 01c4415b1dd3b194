#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Squared distances between all pairs of samples, [n_samples x n_samples]; of `values` [n_samples x n_units].
MatrixXd squared_sample_distances(const MatrixXd& values);

/// H `matrix` H with H = I − 11ᵀ/n: the means of rows and columns taken off.
MatrixXd doubly_centred(const MatrixXd& matrix);

}  // namespace cohort
