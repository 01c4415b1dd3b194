#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cohort::test {
namespace {

Index first_on(const Trial& trial, Index input) {
  Index step = 0;
  while (trial.inputs(input, step) == 0) ++step;
  return step;
}

Index go_of(const Trial& trial) {
  return std::find(trial.classes.begin(), trial.classes.end(), 1) - trial.classes.begin();
}

TEST(ReadySetGo, the_interval_between_the_flashes_is_the_one_to_produce) {
  for (const double gain : {1.0, 1.5}) {
    const auto task = tasks().make("ready_set_go/dt=1,gain=" + std::to_string(gain));
    double sum = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
      const Trial trial = training_trial(*task, i);
      EXPECT_EQ(trial.inputs.rowwise().sum(), Eigen::Vector3d(100, 83, 83));
      EXPECT_EQ(first_on(trial, 0), 0);
      const Index ready = first_on(trial, 1), set = first_on(trial, 2), interval = set - ready;
      EXPECT_EQ(ready, 100);
      ASSERT_GE(interval, 800);
      ASSERT_LE(interval, 1500);
      ASSERT_NEAR(static_cast<double>(go_of(trial) - set - 83), gain * static_cast<double>(interval), 2.5);
      ASSERT_NEAR(trial.mask.sum(), static_cast<double>(set + 83) + 2 * gain * static_cast<double>(interval), 4);
      EXPECT_EQ(std::count(trial.classes.begin(), trial.classes.end(), 1), 1);
      EXPECT_EQ(trial.mask(0, go_of(trial)), 1);
      sum += static_cast<double>(interval);
    }
    EXPECT_NEAR(sum / 200, 1150, 4 * 700 / std::sqrt(12 * 200));
  }
}

TEST(ReadySetGo, evaluation_shows_five_intervals) {
  const auto task = tasks().make("ready_set_go/dt=1");
  for (int condition = 0; condition < 5; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    EXPECT_EQ(first_on(trial, 2) - first_on(trial, 1), 800 + 175 * condition);
    EXPECT_GE(trial.mask.sum(), static_cast<double>(task->info().n_sample_steps));
  }
  EXPECT_EQ(task->info().n_sample_steps, 100 + 800 + 83 + 1600);
}

TEST(ReadySetGo, a_go_near_the_right_time_is_right) {
  const auto task = tasks().make("ready_set_go");  // 80 ms
  const Trial trial = evaluation_trial(*task, 4);  // 1500 ms: within 325 ms, that is 4 steps
  const Index go = go_of(trial);
  for (const Index shift : {-5, -4, 0, 4, 5}) {
    MatrixXd outputs = MatrixXd::Zero(2, trial.mask.cols());
    outputs.row(0).setConstant(0.5);
    outputs(1, go + shift) = 1;
    EXPECT_EQ(task->performance(trial, outputs), std::abs(shift) <= 4 ? 1 : 0) << shift;
    outputs(1, 3) = 1;  // too early once is too early
    EXPECT_EQ(task->performance(trial, outputs), 0);
  }
  EXPECT_EQ(task->performance(trial, MatrixXd::Zero(2, trial.mask.cols())), 0) << "never";
}

TEST(ReadySetGo, limits_in_the_wrong_order_are_the_users_error) {
  EXPECT_THAT(user_error([] { tasks().make("ready_set_go/interval_min=2000"); }),
              testing::HasSubstr("interval_min=2000 is not possible"));
}

}  // namespace
}  // namespace cohort::test
