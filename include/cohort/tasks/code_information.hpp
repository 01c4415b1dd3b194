#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Units of a layer whose 2^n binary codes can be enumerated: at most this many.
inline constexpr Index most_enumerated_units = 12;

/// p(y = code m | x) of independent binary units that fire with probability `fires` [n_units x n_patterns]:
/// [2^n_units x n_patterns]. Code m: the bits of m, unit 1 the highest. Requires at most most_enumerated_units.
MatrixXd code_probabilities(const MatrixXd& fires);

/// Whether unit `unit` of `n_units` fires in code `code`.
inline bool fires_in(Index code, Index unit, Index n_units) { return (code >> (n_units - 1 - unit) & 1) != 0; }

/// Mutual information I(x; y) in nats of patterns with probabilities `weights` [n_patterns], which need not sum to 1,
/// and the codes above, by enumeration.
double code_information(const MatrixXd& fires, const VectorXd& weights);

/// Entropy in nats of probabilities, which need not sum to 1.
double entropy(const VectorXd& weights);

}  // namespace cohort
