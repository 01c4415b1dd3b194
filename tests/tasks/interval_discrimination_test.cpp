#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace cohort::test {
namespace {

int condition_named(const Task& task, const std::string& name) {
  const auto& names = task.info().conditions;
  return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
}

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
      EXPECT_EQ(task->info().conditions[static_cast<std::size_t>(trial.condition)].find("first=300"),
                first > second ? std::string::npos : 0U);
      n_first += first > second;
      lengths.insert(first * std::stod(dt));
      const double fixation = trial.inputs.row(0).sum();
      delays.insert((fixation - first - second) * std::stod(dt) - 800);  // without fixation and the second delay
    }
    EXPECT_NEAR(n_first, 500, 4 * std::sqrt(250));
    EXPECT_EQ(*lengths.begin(), 300);
    EXPECT_EQ(*lengths.rbegin(), 600);
    EXPECT_EQ(lengths.size(), static_cast<std::size_t>(300 / std::stod(dt)) + 1);
    EXPECT_EQ(delays.size(), static_cast<std::size_t>(700 / std::stod(dt))) << "any number of steps from 800 ms on";
    EXPECT_EQ(*delays.begin(), 800);
    EXPECT_EQ(*delays.rbegin(), 1500 - std::stod(dt));
  }
}

TEST(IntervalDiscrimination, epochs_follow_each_other) {
  const auto task = tasks().make("interval_discrimination/delay_min=800,delay_max=800");
  const int condition = condition_named(*task, "first=460ms,second=440ms");
  const Trial trial = evaluation_trial(*task, condition);
  MatrixXd expected = MatrixXd::Zero(3, task->info().n_evaluation_steps);
  expected.row(0).head(15 + 23 + 40 + 22 + 25).setOnes();
  expected.row(1).segment(15, 23).setOnes();
  expected.row(2).segment(15 + 23 + 40, 22).setOnes();
  EXPECT_EQ(trial.inputs, expected);
  EXPECT_EQ(last_counted(trial) + 1, 15 + 23 + 40 + 22 + 25 + 15);
  EXPECT_EQ(class_at(trial, 124), 0);
  EXPECT_EQ(class_at(trial, 125), 1);
}

TEST(IntervalDiscrimination, names_of_conditions_tell_what_is_shown) {
  for (const char* dt : {"20", "70", "100", "0.5"}) {
    const auto task = tasks().make(std::string("interval_discrimination/dt=") + dt);
    for (int condition = 0; condition < n_conditions(*task); ++condition) {
      const Trial trial = evaluation_trial(*task, condition);
      const double first = trial.inputs.row(1).sum() * std::stod(dt);
      const double second = trial.inputs.row(2).sum() * std::stod(dt);
      EXPECT_EQ(task->info().conditions[static_cast<std::size_t>(condition)],
                fmt::format("first={}ms,second={}ms", first, second));
    }
  }
}

TEST(IntervalDiscrimination, evaluation_reaches_down_to_one_step_and_needs_both_stimuli) {
  const auto task = tasks().make("interval_discrimination");
  std::map<double, int> by_difference;
  int n_repeated_differently = 0;
  for (int condition = 0; condition < n_conditions(*task); ++condition) {
    const Trial trial = evaluation_trial(*task, condition, 0), again = evaluation_trial(*task, condition, 1);
    const double first = trial.inputs.row(1).sum(), second = trial.inputs.row(2).sum();
    ++by_difference[first - second];
    n_repeated_differently += trial.inputs != again.inputs;
  }
  const std::map<double, int> expected = {{-15, 1}, {-8, 3}, {-4, 3}, {-2, 3}, {-1, 3},
                                          {1, 3},   {2, 3},  {4, 3},  {8, 3},  {15, 1}};
  EXPECT_EQ(by_difference, expected);
  EXPECT_EQ(n_conditions(*task) * task->info().n_repeats, 104);
  EXPECT_GT(n_repeated_differently, 20) << "delays are random";
  // Calling the second longer when it is above the middle is right where the difference is large only.
  int n_right = 0;
  for (int condition = 0; condition < n_conditions(*task); ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    n_right += (trial.inputs.row(2).sum() > 22.5 ? 2 : 1) == class_at(trial, last_counted(trial));
  }
  EXPECT_EQ(n_right, 20);
  EXPECT_EQ(n_conditions(*task), 26);
}

TEST(IntervalDiscrimination, evaluation_trials_last_as_long_as_their_samples) {
  for (const char* parameters : {"dt=20", "delay_min=2000,delay_max=3000", "dt=100"}) {
    const auto task = tasks().make(std::string("interval_discrimination/") + parameters);
    for (int condition = 0; condition < n_conditions(*task); ++condition) {
      for (std::uint64_t repeat = 0; repeat < 8; ++repeat) {
        const Trial trial = evaluation_trial(*task, condition, repeat);
        EXPECT_GE(last_counted(trial) + 1, task->info().n_sample_steps);
        EXPECT_LE(last_counted(trial) + 1, task->info().n_evaluation_steps);
      }
    }
  }
}

TEST(IntervalDiscrimination, delays_can_be_chosen) {
  const auto task = tasks().make("interval_discrimination/delay_min=2000,delay_max=3000");
  for (std::uint64_t i = 0; i < 100; ++i) {
    for (const Trial& trial : {training_trial(*task, i), evaluation_trial(*task, 5, i)}) {
      const double delay = (trial.inputs.row(0).sum() - trial.inputs.bottomRows(2).sum()) * 20 - 800;
      EXPECT_GE(delay, 2000);
      EXPECT_LE(delay, 3000);
    }
  }
  EXPECT_THAT(user_error([] { tasks().make("interval_discrimination/delay_min=1600"); }),
              testing::HasSubstr("delay_min=1600 is not possible for interval_discrimination (delay_max is 1500)"));
  for (const char* extreme : {"dt=0.1", "dt=100", "dt=99", "delay_min=0,delay_max=0", "delay_min=0,delay_max=1e5"}) {
    const auto made = tasks().make(std::string("interval_discrimination/") + extreme);
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(training_trial(*made, i).mask.sum() > 0) << extreme;
    EXPECT_TRUE(evaluation_trial(*made, n_conditions(*made) - 1).mask.sum() > 0) << extreme;
  }
}

}  // namespace
}  // namespace cohort::test
