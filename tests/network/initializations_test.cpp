#include <cohort/network/initializations.hpp>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

MatrixXd drawn(const std::string& variant, Index n, std::uint64_t seed = 1) {
  RandomStream stream("init", "test", seed);
  MatrixXd weights = MatrixXd::Constant(n, n, 1e9);  // whatever was there is overwritten
  initializations().make(variant)->fill(stream, weights);
  return weights;
}

TEST(Gaussian, moments_are_those_of_a_normal_distribution_of_variance_gain_squared_over_n) {
  constexpr Index n = 400;
  for (const double gain : {0.5, 1.5}) {
    const MatrixXd w = drawn("gaussian/gain=" + std::to_string(gain), n) * std::sqrt(n) / gain;
    const double size = n * n;
    // Four standard errors of each moment of 160,000 standard normal numbers.
    EXPECT_NEAR(w.mean(), 0, 4 / std::sqrt(size));
    EXPECT_NEAR(w.array().square().mean(), 1, 4 * std::sqrt(2 / size));
    EXPECT_NEAR(w.array().cube().mean(), 0, 4 * std::sqrt(15 / size));
    EXPECT_NEAR(w.array().square().square().mean(), 3, 4 * std::sqrt(96 / size));
    EXPECT_NEAR(w.cwiseProduct(w.transpose()).mean(), 1.0 / n, 8 / std::sqrt(size)) << "entries are independent";
  }
}

TEST(Gaussian, gain_is_the_spectral_radius_of_a_large_network) {
  const MatrixXd w = drawn("gaussian/gain=1.5", 300);
  EXPECT_NEAR(w.eigenvalues().cwiseAbs().maxCoeff(), 1.5, 0.15);
}

TEST(Gaussian, gain_only_scales_and_zero_silences) {
  EXPECT_LE((drawn("gaussian/gain=3", 20) - 2 * drawn("gaussian/gain=1.5", 20)).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_TRUE(drawn("gaussian/gain=0", 20).isZero(0));
}

TEST(Orthogonal, weights_are_gain_times_an_orthogonal_matrix) {
  for (const Index n : {1, 2, 7, 64, 200}) {
    const MatrixXd w = drawn("orthogonal/gain=1.7", n);
    EXPECT_LE((w.transpose() * w - 1.7 * 1.7 * MatrixXd::Identity(n, n)).cwiseAbs().maxCoeff(), 1e-13) << n;
  }
  EXPECT_LE((drawn("orthogonal", 9).transpose() * drawn("orthogonal", 9) - MatrixXd::Identity(9, 9)).norm(), 1e-13);
}

TEST(Orthogonal, no_direction_is_preferred) {
  // Entries of a Haar matrix have mean 0 and variance 1/n. Householder's Q without the signs of R has a first entry
  // whose mean is about -0.4 for n = 4.
  constexpr int n_draws = 4000;
  double entry = 0, square = 0, trace = 0;
  int n_rotations = 0;
  for (int draw = 0; draw < n_draws; ++draw) {
    const MatrixXd w = drawn("orthogonal", 4, static_cast<std::uint64_t>(draw));
    entry += w(0, 0);
    square += w(0, 0) * w(0, 0);
    trace += w.trace();
    n_rotations += w.determinant() > 0;
  }
  EXPECT_NEAR(entry / n_draws, 0, 4 * 0.5 / std::sqrt(n_draws));
  EXPECT_NEAR(square / n_draws, 0.25, 0.02);
  EXPECT_NEAR(trace / n_draws, 0, 4 / std::sqrt(n_draws));
  EXPECT_NEAR(n_rotations, n_draws / 2, 4 * std::sqrt(n_draws) / 2) << "as many rotations as reflections";
}

class Initializations : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, Initializations, testing::Values("gaussian", "orthogonal"));

TEST_P(Initializations, the_stream_decides_the_weights) {
  EXPECT_EQ(drawn(GetParam(), 30, 1), drawn(GetParam(), 30, 1));
  EXPECT_NE(drawn(GetParam(), 30, 1), drawn(GetParam(), 30, 2));
}

TEST(InitializationTable, every_initialization_is_tested_for_determinism) {
  for (const auto& description : initializations().catalogue().descriptions())
    EXPECT_TRUE(description.name == "gaussian" || description.name == "orthogonal")
        << description.name << " is missing in the list above";
}

}  // namespace
}  // namespace cohort::test
