#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

constexpr Index kSample = 3, kDelay = 8, kTest = 18, kDecision = 23, kSteps = 32;

TEST(DelayedMatchToSample, inputs_come_and_go_with_the_epochs) {
  const auto task = tasks().make("delayed_match_to_sample/noise=0");
  for (int condition = 0; condition < 4; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    ASSERT_EQ(trial.inputs.cols(), kSteps);
    const Index sample = 1 + condition / 2, test = condition % 2 == 0 ? sample : 3 - sample;
    for (Index step = 0; step < kSteps; ++step) {
      Eigen::Vector3d expected(step < kDecision, 0, 0);
      if (step >= kSample && step < kDelay) expected[sample] = 1;
      if (step >= kTest && step < kDecision) expected[test] = 1;
      EXPECT_EQ(trial.inputs.col(step), expected) << condition << " " << step;
    }
  }
}

TEST(DelayedMatchToSample, comparing_test_with_sample_is_always_right) {
  const auto task = tasks().make("delayed_match_to_sample");
  int n_match = 0, n_errors = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Trial trial = training_trial(*task, i);
    const Eigen::Vector2d sample = trial.inputs.block(1, kSample, 2, kDelay - kSample).rowwise().sum();
    const Eigen::Vector2d test = trial.inputs.block(1, kTest, 2, kDecision - kTest).rowwise().sum();
    const bool is_match = (sample[0] > sample[1]) == (test[0] > test[1]);
    n_errors += class_at(trial, kSteps - 1) != (is_match ? 1 : 2);
    n_match += is_match;
    for (Index step = 0; step < kSteps; ++step)
      ASSERT_EQ(class_at(trial, step), step < kDecision ? 0 : class_at(trial, kSteps - 1));
  }
  EXPECT_EQ(n_errors, 0);
  EXPECT_NEAR(n_match, 1000, 4 * std::sqrt(500.0));
}

TEST(DelayedMatchToSample, noise_is_on_sample_and_test_and_on_nothing_else) {
  const auto noisy = tasks().make("delayed_match_to_sample"), clean = tasks().make("delayed_match_to_sample/noise=0");
  double sample = 0, test = 0;
  for (std::uint64_t repeat = 0; repeat < 400; ++repeat) {
    const MatrixXd noise = evaluation_trial(*noisy, 1, repeat).inputs - evaluation_trial(*clean, 1, repeat).inputs;
    ASSERT_EQ((noise.array() != 0).count(), 20);
    sample += noise.block(1, kSample, 2, 5).squaredNorm() / 4000;
    test += noise.block(1, kTest, 2, 5).squaredNorm() / 4000;
  }
  for (const double square : {sample, test})  // standard deviation 1 / sqrt(dt / ms)
    EXPECT_NEAR(square, 1.0 / 100, 4 * std::sqrt(2.0 / 4000) / 100);
}

TEST(DelayedMatchToSample, delay_and_step_can_be_chosen) {
  const auto task = tasks().make("delayed_match_to_sample/dt=20,delay=2000");
  EXPECT_EQ(task->info().n_steps, (300 + 500 + 2000 + 500 + 900) / 20);
  EXPECT_THAT(user_error([] { tasks().make("delayed_match_to_sample/dt=700"); }), testing::HasSubstr("has no step"));
  for (const char* extreme : {"delay=0", "delay=1e5", "dt=0.1", "dt=300", "noise=1e6"}) {
    const auto made = tasks().make(std::string("delayed_match_to_sample/") + extreme);
    EXPECT_TRUE(training_trial(*made, 0).inputs.allFinite()) << extreme;
  }
}

}  // namespace
}  // namespace cohort::test
