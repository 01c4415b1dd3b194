#include <cohort/network/spectral_radius.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/random_stream.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cohort::test {
namespace {

MatrixXd normal_matrix(Index n, std::uint64_t seed) {
  RandomStream stream("test-radius", "", seed);
  return MatrixXd::NullaryExpr(n, n, [&] { return stream.normal() / std::sqrt(static_cast<double>(n)); });
}

TEST(SpectralRadius, is_the_largest_absolute_eigenvalue) {
  for (const Index n : {1, 2, 5, 40, 120}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const MatrixXd w = normal_matrix(n, seed);
      const double expected = w.eigenvalues().cwiseAbs().maxCoeff();
      EXPECT_NEAR(spectral_radius(w), expected, 1e-5 * expected) << n << " " << seed;
      EXPECT_NEAR(spectral_radius(1e100 * w), 1e100 * expected, 1e95 * expected);
    }
  }
}

TEST(SpectralRadius, of_rotations_triangles_and_nothing) {
  MatrixXd rotation(2, 2);
  rotation << 0, -3, 3, 0;
  EXPECT_NEAR(spectral_radius(rotation), 3, 1e-5);
  MatrixXd triangle = MatrixXd::Zero(3, 3);
  triangle.diagonal() << 0.5, -0.9, 0.1;
  triangle(0, 2) = 1000;  // far from normal
  EXPECT_NEAR(spectral_radius(triangle), 0.9, 1e-5);
  EXPECT_EQ(spectral_radius(MatrixXd::Zero(4, 4)), 0);
  MatrixXd nilpotent = MatrixXd::Zero(3, 3);
  nilpotent(0, 1) = nilpotent(1, 2) = 7;
  EXPECT_EQ(spectral_radius(nilpotent), 0);
  rotation(0, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(spectral_radius(rotation)));
}

}  // namespace
}  // namespace cohort::test
