#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <cohort/tasks/code_information.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace cohort::test {
namespace {

Trial shown(const Task& task) {
  Trial trial;
  RandomStream stream("evaluation", "", 1);
  task.evaluation_trial(0, stream, trial);
  return trial;
}

TEST(Patterns, no_two_are_alike_whatever_is_drawn) {
  for (const char* variant :
       {"patterns/patterns=8,inputs=3", "patterns/patterns=2,inputs=1", "patterns/patterns=30,inputs=5,choice=7"}) {
    const auto task = tasks().make(variant);
    const Trial trial = shown(*task);
    std::set<std::vector<double>> different;
    for (Index k = 0; k < trial.inputs.cols(); ++k)
      different.insert(std::vector<double>(trial.inputs.col(k).begin(), trial.inputs.col(k).end()));
    EXPECT_EQ(different.size(), static_cast<std::size_t>(task->info().n_steps)) << variant;
    EXPECT_TRUE((trial.inputs.array().abs() == 1).all());
  }
}

TEST(Patterns, more_than_there_are_is_said) {
  EXPECT_THAT(user_error([] { tasks().make("patterns/patterns=9,inputs=3"); }),
              testing::HasSubstr("3 inputs of ±1 make 8"));
}

TEST(Patterns, a_code_that_tells_all_apart_reaches_the_most_and_one_that_merges_two_does_not) {
  const auto task = tasks().make("patterns/patterns=4,inputs=6,units=2");
  const Trial trial = shown(*task);
  MatrixXd fires(2, 4);
  fires << 0, 0, 1, 1, 0, 1, 0, 1;
  EXPECT_NEAR(task->performance(trial, fires), 1, 1e-12);
  fires(1, 1) = 0;
  EXPECT_NEAR(task->performance(trial, fires), 0.75, 1e-12);  // H(1/2, 1/4, 1/4) of 2 bits
  EXPECT_NEAR(task->performance(trial, MatrixXd::Constant(2, 4, 0.5)), 0, 1e-12);
}

}  // namespace
}  // namespace cohort::test
