#include <cohort/tasks/noise.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(Noise, has_the_moments_and_the_tails_of_the_normal_distribution) {
  constexpr Index n = 1'000'000;
  MatrixXd x = MatrixXd::Zero(1000, n / 1000);
  RandomStream stream("noise", "", 1);
  add_noise(2, stream, x);
  const auto z = x.array() / 2;
  EXPECT_NEAR(z.mean(), 0, 4e-3);  // four standard errors each
  EXPECT_NEAR(z.square().mean(), 1, 4 * std::sqrt(2.0 / n));
  EXPECT_NEAR(z.cube().mean(), 0, 4 * std::sqrt(15.0 / n));
  EXPECT_NEAR(z.square().square().mean(), 3, 4 * std::sqrt(96.0 / n));
  EXPECT_NEAR(static_cast<double>((z > 2).count()) / n, 0.02275, 4 * std::sqrt(0.02275 / n));
  EXPECT_NEAR(static_cast<double>((z < -3).count()) / n, 0.00135, 4 * std::sqrt(0.00135 / n));
  EXPECT_LT(z.abs().maxCoeff(), 6.7);
  EXPECT_GT(z.abs().maxCoeff(), 4.2);
}

TEST(Noise, neighbours_are_independent) {
  constexpr Index n = 400'000;
  MatrixXd x = MatrixXd::Zero(4, n / 4);
  RandomStream stream("noise", "", 2);
  add_noise(1, stream, x);
  const Eigen::Matrix4d correlation = x * x.transpose() * 4 / n;
  EXPECT_LE((correlation - Eigen::Matrix4d::Identity()).cwiseAbs().maxCoeff(), 4 * std::sqrt(2.0 * 4 / n));
}

TEST(Noise, is_added_and_only_to_the_block) {
  MatrixXd x = MatrixXd::Constant(6, 8, 5);
  RandomStream stream("noise", "", 3);
  add_noise(0.1, stream, x.block(1, 2, 3, 4));
  EXPECT_EQ((x.array() != 5).count(), 12);
  EXPECT_NEAR(x.mean(), 5, 0.1);
}

TEST(Noise, over_a_second_does_not_depend_on_the_step) {
  Description d;
  d.name = "task";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 1000, "ms", ""), noise_parameter(0.1)};
  EXPECT_NEAR(noise_of(Parameters(d, {})), std::sqrt(2 * 100 * 0.01) / std::sqrt(100), 1e-15);  // as NeuroGym has it
  EXPECT_NEAR(noise_of(Parameters(d, {{"dt", "25"}})) / noise_of(Parameters(d, {})), 2, 1e-15);
  EXPECT_EQ(noise_of(Parameters(d, {{"noise", "0"}})), 0);
}

TEST(Noise, of_no_size_draws_nothing) {
  MatrixXd x = MatrixXd::Zero(2, 2);
  RandomStream stream("noise", "", 4), untouched("noise", "", 4);
  add_noise(0, stream, x);
  EXPECT_TRUE(x.isZero(0));
  EXPECT_EQ(stream.bits(), untouched.bits());
}

}  // namespace
}  // namespace cohort::test
