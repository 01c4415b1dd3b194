#include <cohort/core/errors.hpp>
#include <cohort/tasks/tasks.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cohort::test {
namespace {

Trial trial_of(const Task& task) {
  RandomStream stream("test", "", 1);
  Trial trial;
  task.training_trial(0, stream, trial);
  return trial;
}

/// Amplitude of the sine and of the cosine with `cycles` in the trial.
Eigen::Vector2d amplitudes(const MatrixXd& targets, int cycles) {
  Eigen::Vector2d sum = Eigen::Vector2d::Zero();
  const auto n = static_cast<double>(targets.cols());
  for (Index step = 0; step < targets.cols(); ++step) {
    const double phase = 2 * std::numbers::pi * cycles * static_cast<double>(step) / n;
    sum += targets(0, step) * Eigen::Vector2d(std::sin(phase), std::cos(phase)) * 2 / n;
  }
  return sum;
}

TEST(SineGenerationMurray2019, target_is_the_sum_of_its_three_sines) {
  const Trial trial = trial_of(*tasks().make("sine_generation_murray_2019"));
  ASSERT_EQ(trial.targets.cols(), 100);
  const double expected[] = {0, 1, 0.5, 0, 0.25, 0, 0};
  for (int cycles = 1; cycles <= 6; ++cycles)
    EXPECT_LE((amplitudes(trial.targets, cycles) - Eigen::Vector2d(expected[cycles], 0)).norm(), 1e-14) << cycles;
  EXPECT_NEAR(trial.targets.squaredNorm() / 100, 21.0 / 32, 1e-14);  // the variance that the docs name
  EXPECT_TRUE(trial.mask.isOnes(0));
}

TEST(SineGenerationMurray2019, input_is_one_push_at_the_start) {
  const Trial trial = trial_of(*tasks().make("sine_generation_murray_2019/start=2"));
  EXPECT_EQ(trial.inputs(0, 0), 2);
  EXPECT_TRUE(trial.inputs.rightCols(99).isZero(0));
  EXPECT_TRUE(trial_of(*tasks().make("sine_generation_murray_2019/start=0")).inputs.isZero(0));
}

TEST(SineGenerationMurray2019, period_is_the_length_of_a_trial) {
  const Trial trial = trial_of(*tasks().make("sine_generation_murray_2019/period=64"));
  ASSERT_EQ(trial.targets.cols(), 64);
  EXPECT_NEAR(amplitudes(trial.targets, 1)[0], 1, 1e-14);
}

TEST(SineGenerationMurray2019, two_steps_would_see_no_sine) {
  EXPECT_THROW(tasks().make("sine_generation_murray_2019/period=2"), UserError);
  EXPECT_GT(trial_of(*tasks().make("sine_generation_murray_2019/period=3")).targets.norm(), 0.1);
}

}  // namespace
}  // namespace cohort::test
