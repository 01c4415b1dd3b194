#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace cohort::test {
namespace {

TEST(IntervalDiscrimination, counting_the_steps_is_always_right) {
  for (const char* dt : {"20", "100"}) {
    const auto task = tasks().make(std::string("interval_discrimination/dt=") + dt);
    int n_first = 0;
    std::set<double> lengths, delays;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const Trial trial = training_trial(*task, i);
      const double first = trial.inputs.row(1).sum(), second = trial.inputs.row(2).sum();
      ASSERT_NE(first, second);
      ASSERT_EQ(class_at(trial, last_counted(trial)), first > second ? 1 : 2);
      n_first += first > second;
      lengths.insert(first * std::stod(dt));
      const double fixation = trial.inputs.row(0).sum();
      delays.insert((fixation - first - second) * std::stod(dt) - 800);  // without fixation and the second delay
    }
    EXPECT_NEAR(n_first, 500, 4 * std::sqrt(250));
    EXPECT_EQ(*lengths.begin(), 300);
    EXPECT_EQ(*lengths.rbegin(), 600);
    EXPECT_EQ(lengths.size(), static_cast<std::size_t>(300 / std::stod(dt)) + 1);
    EXPECT_EQ(delays, (std::set<double>{800, 1500}));
  }
}

TEST(IntervalDiscrimination, epochs_follow_each_other) {
  const auto task = tasks().make("interval_discrimination");
  const Trial trial = evaluation_trial(*task, 3);  // 450 and 600 ms
  MatrixXd expected = MatrixXd::Zero(3, task->info().n_evaluation_steps);
  expected.row(0).head(15 + 22 + 40 + 30 + 25).setOnes();
  expected.row(1).segment(15, 22).setOnes();
  expected.row(2).segment(15 + 22 + 40, 30).setOnes();
  EXPECT_EQ(trial.inputs, expected);
  EXPECT_EQ(last_counted(trial) + 1, 15 + 22 + 40 + 30 + 25 + 15);
  EXPECT_EQ(class_at(trial, 131), 0);
  EXPECT_EQ(class_at(trial, 132), 2);
}

TEST(IntervalDiscrimination, evaluation_trials_last_as_long_as_their_samples) {
  const auto task = tasks().make("interval_discrimination");
  for (int condition = 0; condition < n_conditions(*task); ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    EXPECT_GE(last_counted(trial) + 1, task->info().n_sample_steps);
    EXPECT_LE(last_counted(trial) + 1, task->info().n_evaluation_steps);
  }
}

}  // namespace
}  // namespace cohort::test
