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
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Trial trial = training_trial(*task, i);
    // Numbers from -1 to 1 and their target, as published.
    const Eigen::RowVectorXd numbers = 2 * trial.inputs.row(0).array() - 1;
    const double published = 0.5 + numbers.dot(trial.inputs.row(1)) / 4;
    MatrixXd outputs = MatrixXd::Constant(1, 10, 7);
    for (const auto& [error, right] : {std::pair{-0.039, 1}, {0.039, 1}, {-0.041, 0}, {0.041, 0}}) {
      outputs(0, 9) = 2 * (published + error);
      EXPECT_EQ(task->performance(trial, outputs), right) << error;
    }
  }
}

TEST(Adding, a_constant_answer_is_as_often_right_as_the_docs_say) {
  const auto task = tasks().make("adding/steps=3");
  constexpr int n = 20000;
  double right = 0;
  for (std::uint64_t i = 0; i < n; ++i) right += task->performance(training_trial(*task, i), MatrixXd::Ones(1, 3));
  const double p = 1 - 0.92 * 0.92;
  EXPECT_NEAR(right / n, p, 4 * std::sqrt(p * (1 - p) / n));
  EXPECT_NEAR(p, 0.15, 0.005);
}

TEST(Adding, training_trials_are_of_one_condition_and_evaluation_trials_differ) {
  const auto task = tasks().make("adding/sequences=5");
  for (std::uint64_t i = 0; i < 7; ++i) EXPECT_EQ(training_trial(*task, i).condition, 0);
  ASSERT_EQ(n_conditions(*task), 5);
  for (int condition = 1; condition < 5; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    EXPECT_EQ(trial.condition, condition);
    EXPECT_NE(trial.inputs, evaluation_trial(*task, 0).inputs);
  }
}

TEST(Adding, the_shortest_trial_marks_both_steps) {
  const auto task = tasks().make("adding/steps=2,sequences=1");
  const Trial trial = training_trial(*task, 0);
  EXPECT_TRUE(trial.inputs.row(1).isOnes(0));
  EXPECT_EQ(trial.targets(0, 1), trial.inputs.row(0).sum());
}

}  // namespace
}  // namespace cohort::test
