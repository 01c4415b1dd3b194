#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// QR decomposition of a tall matrix in place, A = Q R with R's diagonal not negative: what turns tangent vectors that
/// were carried along a trajectory back into an orthonormal frame.
///
/// Modified Gram-Schmidt in panels of a few columns: Q comes out without a second pass over its factors, and most of
/// the work is two matrix products per panel. Columns lose orthogonality in proportion to how much of them the earlier
/// ones take away; those of which little is left are projected once more. What is left of an error does not add up
/// along a trajectory: J_t Q_{t-1} = Q_t R_t holds to rounding for whatever Q_{t-1} there was, so the product of the R
/// is that of the exact decomposition but for the last Q (Dieci & Van Vleck 1995, doi:10.1137/0732029).
///
/// A column that depends on the earlier ones has 0 on the diagonal; a unit vector orthogonal to all of them takes its
/// place. Keeps work space: one object serves one thread.
class OrthonormalFrame {
 public:
  /// Turns `columns` [n x k], k <= n, into Q and sets `diagonal` [k] to that of R. What it was made of does not matter
  /// afterwards. Returns the smallest share of a column's length that the earlier ones left, min R_jj / |a_j|: of a
  /// diagonal entry about as many digits are lost.
  double orthonormalize(PaddedMatrix<double>& columns, VectorXd& diagonal);

 private:
  static constexpr Index panel_width = 8;

  void orthonormalize_panel(PaddedMatrix<double>& columns, Index first, Index width, VectorXd& diagonal);
  void project_rest(PaddedMatrix<double>& columns, Index first, Index width);

  VectorXd length_;                  ///< of the columns as they came
  PaddedMatrix<double> panel_;       ///< [n x width]
  MatrixXd overlap_;                 ///< [width x columns behind the panel]
  Matrix<double> negative_overlap_;  ///< its transpose times -1
};

}  // namespace cohort
