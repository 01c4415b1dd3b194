#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(FlipFlop, output_is_the_last_pulse_of_the_channel) {
  const auto task = tasks().make("flip_flop/bits=4,p=0.2");
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Trial trial = training_trial(*task, i);
    for (Index channel = 0; channel < 4; ++channel) {
      double last = 0;
      for (Index step = 0; step < 64; ++step) {
        if (trial.inputs(channel, step) != 0) last = trial.inputs(channel, step);
        ASSERT_EQ(trial.targets(channel, step), last);
      }
    }
  }
}

TEST(FlipFlop, pulses_come_with_their_probability_and_both_signs) {
  for (const double p : {0.0, 0.1, 0.5, 1.0}) {
    const auto task = tasks().make("flip_flop/p=" + std::to_string(p));
    double n_pulses = 0, sum = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
      const Trial trial = training_trial(*task, i);
      ASSERT_TRUE(trial.inputs.col(0).cwiseAbs().isOnes(0)) << "the first step always has a pulse";
      n_pulses += trial.inputs.rightCols(63).cwiseAbs().sum();
      sum += trial.inputs.sum();
    }
    const double n = 200 * 63 * 3;
    EXPECT_NEAR(n_pulses, n * p, 4 * std::sqrt(n * p * (1 - p)) + 1e-9) << p;
    EXPECT_NEAR(sum, 0, 4 * std::sqrt(n * p + 600)) << p;
  }
}

TEST(FlipFlop, performance_is_the_fraction_of_right_signs) {
  const auto task = tasks().make("flip_flop/bits=2,steps=8");
  const Trial trial = training_trial(*task, 0);
  MatrixXd outputs = 0.01 * trial.targets;
  EXPECT_EQ(task->performance(trial, outputs), 1);
  outputs.row(0) *= -1;
  EXPECT_EQ(task->performance(trial, outputs), 0.5);
  outputs.setZero();
  EXPECT_EQ(task->performance(trial, outputs), 0);
}

TEST(FlipFlop, training_trials_are_of_one_condition_and_evaluation_trials_differ) {
  const auto task = tasks().make("flip_flop/sequences=5");
  for (std::uint64_t i = 0; i < 7; ++i) EXPECT_EQ(training_trial(*task, i).condition, 0);
  EXPECT_NE(training_trial(*task, 0).inputs, training_trial(*task, 5).inputs);
  ASSERT_EQ(n_conditions(*task), 5);
  for (int condition = 1; condition < 5; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    EXPECT_EQ(trial.condition, condition);
    EXPECT_NE(trial.inputs, evaluation_trial(*task, 0).inputs);
  }
}

TEST(FlipFlop, the_smallest_trial_is_one_pulse) {
  const Trial trial = training_trial(*tasks().make("flip_flop/bits=1,steps=1,p=0,sequences=1"), 0);
  EXPECT_EQ(std::abs(trial.inputs(0, 0)), 1);
  EXPECT_EQ(trial.targets, trial.inputs);
}

}  // namespace
}  // namespace cohort::test
