#include <cohort/dynamics/orthonormal_frame.hpp>

#include <gtest/gtest.h>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::random_matrix;
using test::random_rotation;

PaddedMatrix<double> padded(const MatrixXd& matrix) {
  PaddedMatrix<double> result(matrix.rows(), matrix.cols());
  result.matrix() = matrix;
  return result;
}

/// R with a positive diagonal, by Householder reflections.
VectorXd diagonal_of(const MatrixXd& matrix) {
  const MatrixXd r = Eigen::HouseholderQR<MatrixXd>(matrix).matrixQR();
  return r.diagonal().cwiseAbs();
}

void expect_orthonormal(const PaddedMatrix<double>& q, double tolerance) {
  const MatrixXd product = q.matrix().transpose() * q.matrix();
  EXPECT_LE((product - MatrixXd::Identity(q.cols(), q.cols())).norm(), tolerance);
}

TEST(OrthonormalFrame, is_the_decomposition_of_householder_for_every_number_of_columns) {
  OrthonormalFrame frame;
  VectorXd diagonal;
  for (const Index n : {1, 2, 7, 8, 9, 33, 100})
    for (const Index k : {Index{1}, (n + 1) / 2, n}) {
      const MatrixXd a = random_matrix(n, k, static_cast<std::uint64_t>(n));
      PaddedMatrix<double> q = padded(a);
      frame.orthonormalize(q, diagonal);
      expect_orthonormal(q, 1e-12);
      const MatrixXd r = q.matrix().transpose() * a;
      EXPECT_LE((q.matrix() * r - a).norm(), 1e-13 * a.norm());
      EXPECT_LE(MatrixXd(r.triangularView<Eigen::StrictlyLower>()).norm(), 1e-12 * a.norm());
      EXPECT_TRUE(diagonal.isApprox(diagonal_of(a), 1e-11)) << n << " x " << k;
    }
}

TEST(OrthonormalFrame, stays_orthonormal_where_little_is_left_of_columns) {
  constexpr Index n = 40;
  VectorXd scales(n);
  for (Index i = 0; i < n; ++i) scales[i] = std::pow(10.0, -12.0 * static_cast<double>(i) / (n - 1));
  const MatrixXd a = random_rotation(n, 1) * scales.asDiagonal() * random_rotation(n, 2);
  PaddedMatrix<double> q = padded(a);
  VectorXd diagonal;
  const double share = OrthonormalFrame().orthonormalize(q, diagonal);
  EXPECT_LT(share, 1e-8);
  expect_orthonormal(q, 1e-6);
  EXPECT_LE(((diagonal - diagonal_of(a)).array() / diagonal.array()).abs().maxCoeff(), 1e-3);
}

TEST(OrthonormalFrame, columns_that_depend_on_others_are_replaced_and_have_no_length) {
  MatrixXd a = random_matrix(12, 12, 3);
  a.col(4) = a.col(1) - 2 * a.col(3);
  a.col(9).setZero();
  PaddedMatrix<double> q = padded(a);
  VectorXd diagonal;
  EXPECT_LE(OrthonormalFrame().orthonormalize(q, diagonal), 1e-14);
  expect_orthonormal(q, 1e-12);
  for (Index i = 0; i < 12; ++i) EXPECT_EQ(diagonal[i] == 0, i == 4 || i == 9) << i;
}

}  // namespace
}  // namespace cohort
