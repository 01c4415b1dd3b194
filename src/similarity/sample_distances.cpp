#include "sample_distances.hpp"

#include <cohort/similarity/representation.hpp>

namespace cohort {

MatrixXd squared_sample_distances(const MatrixXd& values) {
  const VectorXd squares = values.rowwise().squaredNorm();
  MatrixXd distances = -2 * values * values.transpose();
  distances.colwise() += squares;
  distances.rowwise() += squares.transpose();
  distances.diagonal().setZero();
  return distances.cwiseMax(0);
}

MatrixXd doubly_centred(const MatrixXd& matrix) {
  MatrixXd result = centred(matrix);
  result.colwise() -= result.rowwise().mean().eval();
  return result;
}

}  // namespace cohort
