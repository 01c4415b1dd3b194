#include <cohort/similarity/nuclear_norm.hpp>

#include "bidiagonal.hpp"

#include <cohort/core/errors.hpp>

namespace cohort {

double nuclear_norm(const Eigen::Ref<const MatrixXd, 0, Eigen::OuterStride<>>& matrix) {
  expects(matrix.size() > 0, "nuclear_norm of a matrix that is not empty");
  const double largest = matrix.cwiseAbs().maxCoeff();
  if (!matrix.allFinite()) throw RunError("singular values of a matrix with NaN or infinite entries");
  if (largest == 0) return 0;
  // Squares of the entries appear on the way: scaling keeps them far from overflow and underflow.
  const bool is_tall = matrix.rows() >= matrix.cols();
  PaddedMatrix<double> tall(is_tall ? matrix.rows() : matrix.cols(), is_tall ? matrix.cols() : matrix.rows());
  if (is_tall)
    tall.matrix() = matrix / largest;
  else
    tall.matrix() = matrix.transpose() / largest;
  return largest * singular_value_sum(bidiagonalized(tall));
}

}  // namespace cohort
