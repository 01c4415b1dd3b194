#include <cohort/similarity/rotation_search.hpp>

#include <support/shared_data.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <iostream>

namespace cohort::test {
namespace {

/// matrix_formula of golden/dynamics/dsa.json.
MatrixXd formula(Index n, double s) {
  MatrixXd a(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) {
      const auto x = static_cast<double>(i), y = static_cast<double>(j);
      a(i, j) = (i == j ? 0.9 * (1 - 0.05 * x) : 0) + 0.25 * std::sin(1.7 * x + 2.9 * y + s) +
                0.15 * std::cos(x * y + 0.5 * s);
    }
  return a;
}

/// rotation_formula of the same file.
MatrixXd rotation(Index n, int k, bool is_reflected) {
  MatrixXd q = MatrixXd::Identity(n, n);
  for (Index i = 0; i + 1 < n; ++i) {
    MatrixXd g = MatrixXd::Identity(n, n);
    const double angle = 1.0 + static_cast<double>(i) + k;
    g(i, i) = g(i + 1, i + 1) = std::cos(angle);
    g(i + 1, i) = std::sin(angle);
    g(i, i + 1) = -g(i + 1, i);
    q = q * g;
  }
  if (is_reflected) q.col(n - 1) *= -1;
  return q;
}

TEST(RotationSearch, finds_planted_rotations_and_reflections) {
  for (const Index n : {2, 3, 10, 30, 100})
    for (const bool is_reflected : {false, true}) {
      MatrixXd a = formula(n, 1) / std::sqrt(static_cast<double>(n));
      const MatrixXd q = rotation(n, 2, is_reflected);
      const MapAlignment found = best_alignment(a, q.transpose() * a * q);
      EXPECT_LT(found.angle, 1e-12) << n;
      EXPECT_LT((found.rotation * found.rotation.transpose() - MatrixXd::Identity(n, n)).norm(), 1e-12);
    }
}

TEST(RotationSearch, has_an_angle_that_no_scale_and_no_rotation_changes) {
  const MatrixXd a = formula(7, 1), b = formula(7, 2), q = rotation(7, 3, false);
  const double angle = best_alignment(a, b).angle;
  EXPECT_NEAR(best_alignment(3 * a, b / 7).angle, angle, 1e-12);
  EXPECT_NEAR(best_alignment(q * a * q.transpose(), b).angle, angle, 1e-12);
  EXPECT_NEAR(best_alignment(b, a).angle, angle, 1e-12);
}

TEST(RotationSearch, of_multiples_of_the_identity_is_their_angle_to_anything) {
  const MatrixXd identity = MatrixXd::Identity(4, 4), a = formula(4, 1);
  EXPECT_NEAR(best_alignment(identity, a).angle, std::acos(a.trace() / (2 * a.norm())), 1e-12);
  EXPECT_EQ(best_alignment(identity, 2 * identity).angle, 0);
}

TEST(RotationSearch, is_never_worse_than_any_of_many_rotations) {
  const MatrixXd a = formula(4, 1), b = formula(4, 2);
  const double angle = best_alignment(a, b).angle;
  for (int k = 0; k < 2000; ++k) {
    const MatrixXd q = rotation(4, k, k % 2 == 0) * rotation(4, 3 * k, false);
    EXPECT_LE(std::cos(angle) + 1e-12, 1);
    EXPECT_LE((a.cwiseProduct(q * b * q.transpose())).sum() / (a.norm() * b.norm()), std::cos(angle) + 1e-12);
  }
}

}  // namespace
}  // namespace cohort::test
