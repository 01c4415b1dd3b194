#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(Adding, target_is_the_sum_of_one_number_of_each_half) {
  const auto task = tasks().make("adding");
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Trial trial = training_trial(*task, i);
    ASSERT_EQ(trial.inputs.cols(), 100);
    ASSERT_EQ(trial.inputs.row(1).head(50).sum(), 1);
    ASSERT_EQ(trial.inputs.row(1).tail(50).sum(), 1);
    ASSERT_NEAR(trial.targets(0, 99), trial.inputs.row(0).dot(trial.inputs.row(1)), 1e-15);
    ASSERT_EQ(trial.mask.sum(), 1);
    ASSERT_EQ(trial.mask(0, 99), 1);
    ASSERT_GE(trial.inputs.row(0).minCoeff(), 0);
    ASSERT_LT(trial.inputs.row(0).maxCoeff(), 1);
  }
}

TEST(Adding, a_constant_answer_has_the_error_that_the_docs_name) {
  const auto task = tasks().make("adding/steps=3");
  constexpr int n = 20000;
  double error = 0, where = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, i);
    error += std::pow(trial.targets(0, 2) - 1, 2) / n;
    where += trial.inputs(1, 2) / n;
  }
  EXPECT_NEAR(error, 1.0 / 6, 4 * std::sqrt(7.0 / 180 / n));
  EXPECT_NEAR(where, 0.5, 4 * std::sqrt(0.25 / n));
}

TEST(Adding, a_trial_is_right_within_the_published_criterion) {
  const auto task = tasks().make("adding/steps=10");
  const Trial trial = training_trial(*task, 0);
  MatrixXd outputs = MatrixXd::Constant(1, 10, 7);
  outputs(0, 9) = trial.targets(0, 9) - 0.039;
  EXPECT_EQ(task->performance(trial, outputs), 1);
  outputs(0, 9) = trial.targets(0, 9) + 0.041;
  EXPECT_EQ(task->performance(trial, outputs), 0);
}

}  // namespace
}  // namespace cohort::test
