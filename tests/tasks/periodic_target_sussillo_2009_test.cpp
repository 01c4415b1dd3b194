#include <cohort/tasks/tasks.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cohort::test {
namespace {

Trial trial_of(const std::string& parameters = "") {
  RandomStream stream("test", "", 1);
  Trial trial;
  tasks().make("periodic_target_sussillo_2009" + parameters)->training_trial(0, stream, trial);
  return trial;
}

/// Amplitude of the sine with `cycles` in one period.
double amplitude(const MatrixXd& targets, Index period, int cycles) {
  double sum = 0;
  for (Index step = 0; step < period; ++step)
    sum += targets(0, step) *
           std::sin(2 * std::numbers::pi * cycles * static_cast<double>(step) / static_cast<double>(period));
  return 2 * sum / static_cast<double>(period);
}

TEST(PeriodicTargetSussillo2009, target_is_the_published_sum_of_sines) {
  const Trial trial = trial_of();
  ASSERT_EQ(trial.targets.cols(), 2400);
  const double expected[] = {0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 3, 0};
  double power = 0;
  for (int cycles = 1; cycles <= 5; ++cycles) {
    const double a = amplitude(trial.targets, 1200, cycles);
    EXPECT_NEAR(a, 1.3 / 1.5 * expected[cycles], 1e-13) << cycles;
    power += a * a / 2;
  }
  EXPECT_NEAR(trial.targets.squaredNorm() / 2400, power, 1e-13);  // and nothing else
}

TEST(PeriodicTargetSussillo2009, repeats_itself) {
  const Trial trial = trial_of("/period=300,periods=5,dt=2,amplitude=2");
  ASSERT_EQ(trial.targets.cols(), 750);
  EXPECT_LE((trial.targets.leftCols(600) - trial.targets.rightCols(600)).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_GT((trial.targets.leftCols(700) - trial.targets.rightCols(700)).cwiseAbs().maxCoeff(), 0.1);
  EXPECT_NEAR(amplitude(trial.targets, 150, 1), 2 / 1.5, 1e-13);
}

TEST(PeriodicTargetSussillo2009, input_is_one_push_at_the_start) {
  const Trial trial = trial_of("/start=3");
  EXPECT_EQ(trial.inputs(0, 0), 3);
  EXPECT_TRUE(trial.inputs.rightCols(2399).isZero(0));
}

TEST(PeriodicTargetSussillo2009, a_period_needs_three_steps) {
  EXPECT_THAT(user_error([] { trial_of("/period=2"); }), testing::HasSubstr("in steps of 1 ms all its sines are 0"));
  EXPECT_THAT(user_error([] { trial_of("/dt=601"); }), testing::HasSubstr("period=1200 is not possible"));
  EXPECT_GT(trial_of("/period=3,periods=1").targets.cwiseAbs().maxCoeff(), 0.1);
  EXPECT_GT(trial_of("/dt=400,periods=1").targets.cwiseAbs().maxCoeff(), 0.1);
}

}  // namespace
}  // namespace cohort::test
