#include "thin_svd.hpp"

#include <Eigen/SVD>

namespace cohort {

ThinSvd thin_svd(const MatrixXd& matrix) {
  const Eigen::BDCSVD<MatrixXd> svd(matrix, Eigen::ComputeThinU);
  return {svd.matrixU(), svd.singularValues()};
}

}  // namespace cohort
