#include <support/recurrent.hpp>

#include <cohort/network/unit_noise.hpp>

#include <support/random_network.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

constexpr Index kUnits = 130;

/// What is added at a step: [n_units x n_drives * n_trials].
template <class Scalar>
Matrix<Scalar> noise_at(Index step, Index n_drives = 2, std::uint64_t first_trial = 0, Index n_trials = 3,
                        Index first_step = 0) {
  const UnitNoise<Scalar> noise(VectorXd::LinSpaced(kUnits, 0.1, 2), n_drives, n_trials,
                                RandomStream("noise", "test", 1), first_trial, first_step);
  PaddedMatrix<Scalar> drives(kUnits, n_drives * n_trials);
  noise.add(step, drives.column(0), drives.stride());
  return drives.matrix();
}

TEST(UnitNoise, is_normal_with_the_deviation_of_each_unit) {
  constexpr Index n_steps = 4000;
  VectorXd sum = VectorXd::Zero(kUnits), squares = sum, fourth = sum;
  for (Index step = 0; step < n_steps; ++step) {
    const VectorXd noise = noise_at<double>(step, 1, 0, 1).col(0).array() / VectorXd::LinSpaced(kUnits, 0.1, 2).array();
    sum += noise;
    squares += noise.cwiseAbs2();
    fourth += noise.array().square().square().matrix();
  }
  // Five standard errors for the most extreme of 130 units, four for the mean over all of them.
  EXPECT_LE((sum / n_steps).cwiseAbs().maxCoeff(), 5 / std::sqrt(n_steps));
  EXPECT_LE((squares / n_steps - VectorXd::Ones(kUnits)).cwiseAbs().maxCoeff(), 5 * std::sqrt(2.0 / n_steps));
  EXPECT_NEAR((fourth / n_steps).mean(), 3, 4 * std::sqrt(96.0 / (n_steps * kUnits)));
}

TEST(UnitNoise, differs_between_steps_trials_and_drives) {
  const MatrixXd noise = noise_at<double>(7);
  EXPECT_NE(noise, noise_at<double>(8));
  for (Index a = 0; a < noise.cols(); ++a)
    for (Index b = 0; b < a; ++b) EXPECT_LT(std::abs(noise.col(a).normalized().dot(noise.col(b).normalized())), 0.4);
}

TEST(UnitNoise, of_a_trial_and_step_is_the_same_in_every_batch_and_pass) {
  const MatrixXd noise = noise_at<double>(7, 2, 10, 3);
  const MatrixXd alone = noise_at<double>(7, 2, 11, 1);
  EXPECT_EQ(VectorXd(alone.col(0)), VectorXd(noise.col(1)));
  EXPECT_EQ(VectorXd(alone.col(1)), VectorXd(noise.col(4))) << "of the second drive";
  EXPECT_EQ(noise_at<double>(2, 2, 10, 3, 5), noise);
  EXPECT_NE(noise_at<double>(2, 2, 10, 3, 4), noise);
}

TEST(UnitNoise, is_the_same_for_float_and_double) {
  EXPECT_LE((noise_at<float>(3).cast<double>() - noise_at<double>(3)).cwiseAbs().maxCoeff(), 1e-6);
}

TEST(UnitNoise, is_what_the_cell_asks_for) {
  const RandomStream stream("noise", "", 1);
  const auto noise_of = [&](const std::string& cell) {
    return VectorXd(random_network<double>(cell, 3, 2)->cell().traits().noise);
  };
  EXPECT_EQ(random_network<double>("ctrnn/units=4", 3, 2)->unit_noise(stream, 0, 1, 0), nullptr);
  EXPECT_NE(random_network<double>("ctrnn/units=4,noise=0.1", 3, 2)->unit_noise(stream, 0, 1, 0), nullptr);
  EXPECT_TRUE(noise_of("ctrnn/units=4,tau=8,noise=0.1").isApproxToConstant(0.1 * std::sqrt(2.0 / 8)));
  EXPECT_TRUE(noise_of("rate/units=4,tau=8,noise=0.1").isApproxToConstant(0.1 * std::sqrt(2.0 * 8)));
  EXPECT_TRUE(noise_of("gru/units=4,noise=0.1").isApproxToConstant(0.1));
  EXPECT_TRUE(noise_of("lstm/units=4,noise=0.1").isApproxToConstant(0.1));
  for (const std::string cell : {"lif", "alif"})
    EXPECT_TRUE(
        noise_of(cell + "/units=4,tau=8,noise=0.1").isApproxToConstant(0.1 * std::sqrt(1 - std::exp(-2.0 / 8))));
}

// So says the documentation of the parameter.
TEST(UnitNoise, alone_gives_the_membrane_of_a_spiking_unit_its_deviation) {
  const auto network = test::recurrent<double>("lif/units=50,tau=10,noise=0.2,threshold=100", 1, 1);
  constexpr Index n_trials = 100;
  const auto noise = network->unit_noise(RandomStream("noise", "", 1), 0, n_trials, 0);
  ForwardOptions<double> options;
  options.noise = noise.get();
  network->forward(MatrixXd::Zero(2, 100 * n_trials), n_trials, options);
  const auto v = network->trajectory().state.matrix().leftCols(n_trials);
  EXPECT_NEAR(std::sqrt(v.squaredNorm() / static_cast<double>(v.size())), 0.2, 0.2 * 4 * std::sqrt(0.5 / 5000));
}

}  // namespace
}  // namespace cohort::test
