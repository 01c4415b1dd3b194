#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Singular values of a matrix, falling, and the left vectors that belong to them.
struct ThinSvd {
  MatrixXd left{};    ///< [rows x min(rows, cols)]
  VectorXd values{};  ///< [min(rows, cols)]
};
/// In one place: Eigen's divide and conquer takes its compiler 20 s.
ThinSvd thin_svd(const MatrixXd& matrix);

}  // namespace cohort
