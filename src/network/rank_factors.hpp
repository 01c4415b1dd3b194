#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// U and V [n x rank] with U Vᵀ the square matrix `full` cut to its leading singular vectors and rescaled to the
/// Frobenius norm it had. Requires rank <= n.
struct RankFactors {
  MatrixXd u, v;
};
RankFactors rank_factors(const MatrixXd& full, Index rank);

}  // namespace cohort
