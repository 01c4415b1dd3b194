#include <cohort/core/decompositions.hpp>
#include <cohort/network/initializations.hpp>

#include <support/errors.hpp>

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

/// Entries are independent, of the variance and fourth moment (over variance²) given.
void expect_moments(const std::string& variant, double variance, double kurtosis) {
  constexpr Index n = 400;
  const MatrixXd w = drawn(variant, n) / std::sqrt(variance);
  // Four standard errors of each moment of 160,000 standardized numbers.
  const double error = 4 / std::sqrt(n * n);
  EXPECT_NEAR(w.mean(), 0, error) << variant;
  EXPECT_NEAR(w.array().square().mean(), 1, error * std::sqrt(kurtosis - 1)) << variant;
  EXPECT_NEAR(w.array().cube().mean(), 0, error * std::sqrt(15)) << variant;
  EXPECT_NEAR(w.array().square().square().mean(), kurtosis, error * std::sqrt(96)) << variant;
  EXPECT_NEAR(w.cwiseProduct(w.transpose()).mean(), 1.0 / n, 2 * error) << variant;
}

double spectral_radius(const MatrixXd& w) { return w.eigenvalues().cwiseAbs().maxCoeff(); }

VectorXd singular_values(const MatrixXd& w) { return Eigen::BDCSVD<MatrixXd>(w).singularValues(); }

constexpr double kNormal = 3, kUniform = 1.8;  // kurtosis

TEST(Gaussian, moments_are_those_of_a_normal_distribution_of_variance_gain_squared_over_n) {
  for (const double gain : {0.5, 1.5})
    expect_moments("gaussian/gain=" + std::to_string(gain), gain * gain / 400, kNormal);
}

TEST(Gaussian, gain_is_the_spectral_radius_of_a_large_network) {
  const MatrixXd w = drawn("gaussian/gain=1.5", 300);
  EXPECT_NEAR(spectral_radius(w), 1.5, 0.15);
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

// The moments are taken over 400 x 400 weights: fan_in = fan_out = 400.
TEST(Uniform, moments_and_limit_are_those_of_the_reference) {
  expect_moments("uniform", 1 / 1200.0, kUniform);
  expect_moments("uniform/gain=3", 9 / 1200.0, kUniform);
  EXPECT_LE(drawn("uniform", 400).cwiseAbs().maxCoeff(), 0.05);
  EXPECT_GT(drawn("uniform", 400).cwiseAbs().maxCoeff(), 0.05 * 0.9999);
  EXPECT_NEAR(spectral_radius(drawn("uniform", 200)), 1 / std::sqrt(3), 0.06);
}

TEST(Glorot, moments_and_limit_are_those_of_the_reference) {
  expect_moments("glorot_normal", 2 / 800.0, kNormal);
  expect_moments("glorot_normal/gain=2", 8 / 800.0, kNormal);
  expect_moments("glorot_uniform", 2 / 800.0, kUniform);
  expect_moments("glorot_uniform/gain=2", 8 / 800.0, kUniform);
  EXPECT_LE(drawn("glorot_uniform", 400).cwiseAbs().maxCoeff(), std::sqrt(6 / 800.0));
  EXPECT_EQ(drawn("glorot_normal/gain=1.5", 30), drawn("gaussian/gain=1.5", 30)) << "the same for square weights";
}

TEST(He, moments_and_limit_are_those_of_the_reference) {
  expect_moments("he_normal", 2 / 400.0, kNormal);
  expect_moments("he_normal/gain=0.5", 0.5 / 400.0, kNormal);
  expect_moments("he_uniform", 2 / 400.0, kUniform);
  expect_moments("he_uniform/gain=0.5", 0.5 / 400.0, kUniform);
  EXPECT_LE(drawn("he_uniform", 400).cwiseAbs().maxCoeff(), std::sqrt(6 / 400.0));
  EXPECT_NEAR(spectral_radius(drawn("he_normal", 200)), std::sqrt(2), 0.15);
}

TEST(He, keeps_the_second_moment_through_rectifiers_and_glorot_halves_it) {
  const Index n = 400;
  RandomStream stream("test", "rates", 1);
  VectorXd input(n);
  for (double& rate : input) rate = std::abs(stream.normal());
  const auto passed = [&](const std::string& variant) {
    return (drawn(variant, n) * input).cwiseMax(0).squaredNorm() / input.squaredNorm();
  };
  for (const std::string kind : {"normal", "uniform"}) {
    EXPECT_NEAR(passed("he_" + kind), 1, 0.3);
    EXPECT_NEAR(passed("glorot_" + kind), 0.5, 0.15);
  }
}

TEST(Diagonal, weights_are_a_scaled_identity) {
  EXPECT_EQ(drawn("diagonal", 7), MatrixXd::Identity(7, 7));
  EXPECT_EQ(drawn("diagonal/gain=0.25", 7), 0.25 * MatrixXd::Identity(7, 7));
}

TEST(Diagonal, noise_is_a_gaussian_matrix_beside_the_identity) {
  const MatrixXd noise = drawn("diagonal/gain=0.5,noise=0.3", 50) - 0.5 * MatrixXd::Identity(50, 50);
  EXPECT_LE((noise - drawn("gaussian/gain=0.3", 50)).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_GT(noise.norm(), 1);
  const Eigen::VectorXcd eigenvalues = drawn("diagonal/gain=0.5,noise=0.3", 200).eigenvalues();
  EXPECT_NEAR((eigenvalues.array() - 0.5).abs().maxCoeff(), 0.3, 0.04) << "a disc around the gain";
}

TEST(LowRank, has_the_rank_and_keeps_the_norm) {
  constexpr Index n = 60;
  const MatrixXd full = drawn("gaussian/gain=1.25", n);
  for (const Index rank : {1, 3, 20, 59}) {
    const MatrixXd w = drawn("low_rank/gain=1.25,rank=" + std::to_string(rank), n);
    const VectorXd values = singular_values(w);
    EXPECT_GT(values[rank - 1], 0.01);
    EXPECT_LE(values.tail(n - rank).maxCoeff(), 1e-13) << rank;
    EXPECT_NEAR(w.norm(), full.norm(), 1e-12);
  }
  EXPECT_GT(singular_values(full).minCoeff(), 1e-4) << "the gaussian matrix has full rank";
}

TEST(LowRank, keeps_the_largest_singular_values_and_their_vectors) {
  const MatrixXd full = drawn("gaussian/gain=1.5", 40), w = drawn("low_rank/rank=5", 40);
  const VectorXd before = singular_values(full).head(5), after = singular_values(w).head(5);
  EXPECT_LE((after / after.norm() - before / before.norm()).norm(), 1e-13);
  // Eckart & Young: no matrix of rank 5 is closer to `full` than w times what its norm was raised by.
  const double missed = (full - before.norm() / full.norm() * w).squaredNorm();
  EXPECT_NEAR(missed, full.squaredNorm() - before.squaredNorm(), 1e-11);
}

TEST(LowRank, of_full_rank_is_gaussian) {
  EXPECT_LE((drawn("low_rank/rank=30", 30) - drawn("gaussian", 30)).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_GT((drawn("low_rank/rank=29", 30) - drawn("gaussian", 30)).cwiseAbs().maxCoeff(), 1e-4);
  EXPECT_TRUE(drawn("low_rank/rank=2,gain=0", 30).isZero(0));
}

TEST(LowRank, refuses_a_rank_above_the_number_of_units) {
  EXPECT_EQ(user_error([] { drawn("low_rank/rank=21", 20); }),
            "rank=21 is not possible for low_rank (the network has 20 units). Choose a rank of at most 20.");
}

const std::vector<std::string> kVariants{"diagonal/noise=0.1", "gaussian",   "glorot_normal",
                                         "glorot_uniform",     "he_normal",  "he_uniform",
                                         "low_rank/rank=4",    "orthogonal", "uniform"};

class Initializations : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, Initializations, testing::ValuesIn(kVariants));

TEST_P(Initializations, the_stream_decides_the_weights) {
  EXPECT_EQ(drawn(GetParam(), 30, 1), drawn(GetParam(), 30, 1));
  EXPECT_NE(drawn(GetParam(), 30, 1), drawn(GetParam(), 30, 2));
}

TEST(Initialization, a_network_may_have_one_unit) {
  for (const auto& description : initializations().catalogue().descriptions())
    EXPECT_TRUE(drawn(description.name, 1).allFinite()) << description.name;
}

TEST(InitializationTable, every_initialization_is_tested_for_determinism) {
  std::vector<std::string> tested, known;
  for (const std::string& variant : kVariants) tested.push_back(variant.substr(0, variant.find('/')));
  for (const auto& description : initializations().catalogue().descriptions()) known.push_back(description.name);
  EXPECT_EQ(tested, known);
}

}  // namespace
}  // namespace cohort::test
