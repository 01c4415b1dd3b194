#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(GoNogo, the_stimulus_says_whether_to_respond_after_the_delay) {
  const auto task = tasks().make("go_nogo");
  for (const int go : {0, 1}) {
    const Trial trial = evaluation_trial(*task, go);
    MatrixXd expected = MatrixXd::Zero(3, 15);
    expected.row(0).head(10).setOnes();
    expected.row(1 + go).head(5).setOnes();
    EXPECT_EQ(trial.inputs, expected);
    for (Index step = 0; step < 15; ++step) EXPECT_EQ(class_at(trial, step), step < 10 ? 0 : go);
    EXPECT_TRUE(trial.mask.isOnes(0));
  }
}

TEST(GoNogo, both_come_equally_often) {
  const auto task = tasks().make("go_nogo/delay=2000");
  EXPECT_EQ(task->info().n_steps, 30);
  int n_go = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) n_go += training_trial(*task, i).condition;
  EXPECT_NEAR(n_go, 1000, 4 * std::sqrt(500));
}

TEST(GoNogo, extreme_parameters_make_trials) {
  for (const char* extreme : {"dt=0.1", "dt=500", "delay=0", "delay=1e5"}) {
    const auto task = tasks().make(std::string("go_nogo/") + extreme);
    EXPECT_EQ(training_trial(*task, 0).inputs.cols(), task->info().n_steps) << extreme;
    const int last = n_conditions(*task) - 1;
    EXPECT_EQ(evaluation_trial(*task, last).condition, last) << extreme;
  }
}

}  // namespace
}  // namespace cohort::test
