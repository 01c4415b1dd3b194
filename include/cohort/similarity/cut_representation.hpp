#pragma once

#include <cohort/core/matrix.hpp>

#include <limits>

namespace cohort {

/// A representation without its smallest principal components: X ≈ 1 meansᵀ + scores · loadingsᵀ.
///
/// With X̃ what is kept of the centred Xc, |Xc − X̃| = rest |Xc|. X̃ lies at the angle arcsin(rest) from Xc, so that is
/// how far any distance moves that is an angle between representations (see Measure::cut_bound). The scores alone stand
/// for X̃ wherever neither means nor rotations of the units count.
struct CutRepresentation {
  VectorXd means{};     ///< [n_units]
  MatrixXd scores{};    ///< [n_samples x n_kept]
  MatrixXd loadings{};  ///< [n_units x n_kept], orthonormal
  double rest = 0;      ///< as computed from the numbers above, not from eigenvalues
};

/// Keeps as few components as leave out no more than the share `tolerance` of the norm of the centred `values`
/// [n_samples x n_units], but no more than `most`: then `rest` says what was reached. Values must be finite and not
/// constant.
CutRepresentation cut(const MatrixXd& values, double tolerance, Index most = std::numeric_limits<Index>::max());

/// [n_samples x n_units]
MatrixXd rebuilt(const CutRepresentation& cut);

}  // namespace cohort
