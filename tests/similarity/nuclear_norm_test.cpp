#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/nuclear_norm.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cohort {
namespace {

MatrixXd random_matrix(Index rows, Index cols, std::uint64_t item) {
  RandomStream stream = RandomStream("test", "nuclear norm", 1).substream(item);
  return MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

MatrixXd orthonormal(Index rows, Index cols, std::uint64_t item) {
  const Eigen::HouseholderQR<MatrixXd> qr(random_matrix(rows, cols, item));
  return qr.householderQ() * MatrixXd::Identity(rows, cols);
}

TEST(NuclearNorm, sums_known_singular_values) {
  EXPECT_DOUBLE_EQ(nuclear_norm(MatrixXd::Constant(1, 1, -3)), 3);
  EXPECT_DOUBLE_EQ(nuclear_norm(MatrixXd::Constant(3, 1, 2)), 2 * std::sqrt(3));
  EXPECT_DOUBLE_EQ(nuclear_norm(MatrixXd::Zero(4, 3)), 0);
  EXPECT_NEAR(nuclear_norm(MatrixXd{{1, 1}, {0, 1}}), std::sqrt(5), 1e-15);  // σ = golden ratio and its inverse
}

TEST(NuclearNorm, agrees_with_jacobi_on_any_shape) {
  for (const auto& [rows, cols] : {std::pair<Index, Index>{2, 2}, {7, 3}, {3, 7}, {60, 59}, {141, 70}, {130, 130}}) {
    const MatrixXd matrix = random_matrix(rows, cols, 1);
    const double expected = Eigen::JacobiSVD<MatrixXd>(matrix).singularValues().sum();
    EXPECT_NEAR(nuclear_norm(matrix), expected, 1e-13 * expected) << rows << " x " << cols;
  }
}

// Responses that are smooth in time have singular values down to rounding: the square root of a Gram matrix's
// eigenvalues, the obvious way, is off by 1e-7 here.
TEST(NuclearNorm, keeps_tiny_singular_values) {
  for (const Index n : {50, 200}) {
    const VectorXd values = Eigen::pow(10.0, VectorXd::LinSpaced(n, 0, -16).array());
    const MatrixXd matrix = orthonormal(n, n, 2) * values.asDiagonal() * orthonormal(n, n, 3).transpose();
    EXPECT_NEAR(nuclear_norm(matrix), values.sum(), 1e-12);
    const Eigen::SelfAdjointEigenSolver<MatrixXd> gram(MatrixXd(matrix.transpose() * matrix), Eigen::EigenvaluesOnly);
    EXPECT_GT(std::abs(gram.eigenvalues().cwiseMax(0).cwiseSqrt().sum() - values.sum()), 1e-8);
  }
}

TEST(NuclearNorm, survives_rank_deficiency_and_zero_blocks) {
  for (const Index rank : {1, 2, 30, 79}) {
    const MatrixXd left = orthonormal(90, rank, 4), right = orthonormal(80, rank, 5);
    EXPECT_NEAR(nuclear_norm(left * right.transpose()), static_cast<double>(rank), 1e-12) << rank;
  }
  MatrixXd blocks = MatrixXd::Zero(40, 40);
  blocks.block(5, 20, 10, 10) = random_matrix(10, 10, 6);
  EXPECT_NEAR(nuclear_norm(blocks), nuclear_norm(blocks.block(5, 20, 10, 10)), 1e-12);
  EXPECT_NEAR(nuclear_norm(MatrixXd::Ones(30, 30)), 30, 1e-12);
  // Bidiagonal already, with zeros on its diagonal: the case that plain QR steps must chase away.
  MatrixXd shift = MatrixXd::Zero(12, 12);
  shift.diagonal(1).setLinSpaced(1, 11);
  EXPECT_NEAR(nuclear_norm(shift), 66, 1e-12);
  shift.diagonal().setConstant(2);
  shift(6, 6) = 0;
  EXPECT_NEAR(nuclear_norm(shift), Eigen::JacobiSVD<MatrixXd>(shift).singularValues().sum(), 1e-12);
}

TEST(NuclearNorm, ignores_the_scale_of_the_entries) {
  const MatrixXd matrix = random_matrix(20, 10, 7);
  const double expected = nuclear_norm(matrix);
  EXPECT_NEAR(nuclear_norm(matrix * 1e200) / 1e200, expected, 1e-12 * expected);
  EXPECT_NEAR(nuclear_norm(matrix * 1e-200) / 1e-200, expected, 1e-12 * expected);
}

TEST(NuclearNorm, refuses_what_is_not_finite) {
  MatrixXd matrix = random_matrix(5, 5, 8);
  matrix(2, 2) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(nuclear_norm(matrix), RunError);
}

}  // namespace
}  // namespace cohort
