#include <cohort/dynamics/stability.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

TEST(Stability, sorts_eigenvalues_and_counts_the_unstable) {
  // A rotation by 0.3 rad growing by 1.1, a decaying and a flipping direction.
  MatrixXd jacobian = MatrixXd::Zero(4, 4);
  jacobian.topLeftCorner(2, 2) << std::cos(0.3), -std::sin(0.3), std::sin(0.3), std::cos(0.3);
  jacobian *= 1.1;
  jacobian(2, 2) = 0.5;
  jacobian(3, 3) = -0.5;
  const MatrixXd basis = test::random_rotation(4, 1);
  const Stability stability = stability_of(basis * jacobian * basis.transpose());
  ASSERT_EQ(stability.eigenvalues.size(), 4);
  EXPECT_NEAR(std::abs(stability.eigenvalues[0] - std::polar(1.1, 0.3)), 0, 1e-13);
  EXPECT_NEAR(std::abs(stability.eigenvalues[1] - std::polar(1.1, -0.3)), 0, 1e-13);
  EXPECT_NEAR(std::abs(std::abs(stability.eigenvalues[2]) - 0.5), 0, 1e-13);
  EXPECT_EQ(stability.n_unstable, 2);
  EXPECT_EQ(stability.n_marginal, 0);
  EXPECT_FALSE(stability.is_stable());
  EXPECT_TRUE(stability.is_isolated);
}

TEST(Stability, tells_marginal_from_isolated) {
  const Stability flip = stability_of(MatrixXd::Constant(1, 1, -1));
  EXPECT_EQ(flip.n_marginal, 1);
  EXPECT_TRUE(flip.is_isolated);  // an eigenvalue of -1 leaves the fixed point alone
  EXPECT_FALSE(flip.is_stable());
  EXPECT_FALSE(stability_of(MatrixXd::Identity(2, 2)).is_isolated);
}

TEST(TimeConstant, is_dt_over_log_modulus) {
  EXPECT_NEAR(time_constant(std::exp(-0.1), 10), 100, 1e-12);
  EXPECT_NEAR(time_constant(std::polar(std::exp(0.1), 2.0), 10), 100, 1e-12);
  EXPECT_EQ(time_constant(0, 10), 0);
  EXPECT_EQ(time_constant(1, 10), std::numeric_limits<double>::infinity());
}

TEST(DynamicalMap, default_pull_back_is_the_transposed_jacobian) {
  const test::TanhNetwork network(test::random_matrix(7, 7, 2), 0.3);
  const MatrixXd x = test::random_matrix(7, 5, 3), v = test::random_matrix(7, 5, 4);
  MatrixXd expected(7, 5), found(7, 5);
  network.DynamicalMap::pull_back(x, v, expected);
  network.pull_back(x, v, found);
  EXPECT_LT((expected - found).norm(), 1e-13);
}

TEST(DynamicalMap, default_push_agrees_with_finite_differences) {
  const test::TanhNetwork network(test::random_matrix(7, 7, 2), 0.3);
  const MatrixXd x = test::random_matrix(7, 5, 3), v = test::random_matrix(7, 5, 4);
  MatrixXd pushed(7, 5), above(7, 5), below(7, 5);
  network.push(x, v, pushed);
  network.step(x + 1e-6 * v, above);
  network.step(x - 1e-6 * v, below);
  EXPECT_LT((pushed - (above - below) / 2e-6).norm(), 1e-7);
  network.push(x.col(0), v, pushed);
  MatrixXd jacobian(7, 7);
  network.jacobian(x.col(0), jacobian);
  EXPECT_LT((pushed - jacobian * v).norm(), 1e-13);
}

}  // namespace
}  // namespace cohort
