#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace cohort::test {
namespace {

Trial pattern(const std::string& parameters = "") {
  return training_trial(*tasks().make("pattern_generation" + (parameters.empty() ? "" : "/" + parameters)), 0);
}

/// Amplitude of the oscillation with `cycles` in the trial.
double amplitude(const Eigen::RowVectorXd& target, int cycles) {
  std::complex<double> sum = 0;
  const auto n = static_cast<double>(target.size());
  for (Index step = 0; step < target.size(); ++step)
    sum += std::polar(2 * target[step] / n, 2 * std::numbers::pi * cycles * static_cast<double>(step) / n);
  return std::abs(sum);
}

TEST(PatternGeneration, targets_are_four_sines_from_zero_scaled_to_one) {
  const Trial trial = pattern("outputs=50");
  ASSERT_EQ(trial.targets.cols(), 1000);
  for (Index output = 0; output < 50; ++output) {
    const Eigen::RowVectorXd target = trial.targets.row(output);
    EXPECT_EQ(target.cwiseAbs().maxCoeff(), 1);
    EXPECT_EQ(target[0], 0);
    double smallest = 1e9, largest = 0, power = target.mean() * target.mean();
    for (const int cycles : {1, 2, 3, 5}) {
      const double a = amplitude(target, cycles);
      smallest = std::min(smallest, a);
      largest = std::max(largest, a);
      power += a * a / 2;
    }
    EXPECT_LE(largest / smallest, 4);  // U(.5, 2)
    EXPECT_NEAR(target.squaredNorm() / 1000, power, 1e-12) << "other frequencies";
  }
}

TEST(PatternGeneration, amplitudes_and_phases_fill_their_ranges) {
  const Trial trial = pattern("outputs=400");
  double ratio = 0;
  Index n_up = 0;
  for (Index output = 0; output < 400; ++output) {
    ratio = std::max(ratio, amplitude(trial.targets.row(output), 1) / amplitude(trial.targets.row(output), 5));
    n_up += trial.targets(output, 1) > 0;
  }
  EXPECT_GT(ratio, 3);
  EXPECT_NEAR(static_cast<double>(n_up), 200, 40);  // 4 standard deviations
}

TEST(PatternGeneration, input_is_frozen_poisson) {
  const auto task = tasks().make("pattern_generation");
  const Trial trial = training_trial(*task, 0);
  ASSERT_EQ(trial.inputs.rows(), 100);
  EXPECT_EQ(trial.inputs, training_trial(*task, 7).inputs);
  EXPECT_EQ(trial.inputs, evaluation_trial(*task, 0).inputs);
  EXPECT_NEAR(trial.inputs.sum(), 100 * 50, 4 * std::sqrt(5000.0));
  EXPECT_TRUE((trial.inputs.array() == 0 || trial.inputs.array() == 1).all());
  EXPECT_NEAR(task->info().contexts.at(0).input.mean(), 0.05, 1e-15);
}

TEST(PatternGeneration, pattern_chooses_targets_and_spikes_and_the_sizes_leave_them) {
  EXPECT_NE(pattern("pattern=1").targets, pattern().targets);
  EXPECT_NE(pattern("pattern=1").inputs, pattern().inputs);
  EXPECT_EQ(pattern("outputs=3").targets.row(0), pattern().targets.row(0));
  EXPECT_EQ(pattern("rate=10").targets, pattern().targets);
}

TEST(PatternGeneration, without_input_there_is_one_push) {
  const Trial trial = pattern("input=none");
  ASSERT_EQ(trial.inputs.rows(), 1);
  EXPECT_EQ(trial.inputs(0, 0), 1);
  EXPECT_EQ(trial.inputs.sum(), 1);
  EXPECT_EQ(trial.targets, pattern().targets);
}

TEST(PatternGeneration, what_cannot_be_asked_for_is_the_users_error) {
  EXPECT_THAT(user_error([] { pattern("rate=200,dt=10"); }), testing::HasSubstr("200 Hz does not fit"));
  EXPECT_THAT(user_error([] { pattern("input=none,dt=1000"); }),
              testing::HasSubstr("a trial of one step of 1000 ms shows no pattern"));
}

TEST(PatternGeneration, two_steps_are_enough) {
  const Trial trial = pattern("input=none,dt=500,outputs=20");
  EXPECT_TRUE(trial.targets.col(0).isZero(0));
  EXPECT_TRUE(trial.targets.col(1).cwiseAbs().isOnes(0));
}

}  // namespace
}  // namespace cohort::test
