#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/similarity/squared_distances.hpp>

namespace cohort {

/// Points whose Euclidean distances come as near to given ones as so few coordinates allow (classical
/// multidimensional scaling; Torgerson 1952, doi:10.1007/BF02288916).
struct ClassicalScaling {
  MatrixXd coordinates{};  ///< [n x k] columns by falling share; zero where there is no further positive eigenvalue
  VectorXd shares{};  ///< [k] of the total sum of squares, Σ d² / 2n², that each column keeps; above 1 in sum only
                      ///< where negative eigenvalues take away from the total
};

/// `k` coordinates of the points between which `distances` are: the first eigenvectors of −½ J d² J, times the root of
/// their eigenvalues. Of each column the entry of largest modulus (the first of equals) is positive. Rows are asked for
/// in blocks, as often as the iteration needs (Lanczos); up to 512 points are decomposed at once. The same bits for the
/// same distances. `stop` is asked between blocks. All zero when all distances are.
ClassicalScaling classical_scaling(const SquaredDistances& distances, Index k, const StopCheck& stop = {});

}  // namespace cohort
