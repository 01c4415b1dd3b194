#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(Copy, shows_symbols_then_blanks_and_one_marker) {
  const auto task = tasks().make("copy");
  const Trial trial = training_trial(*task, 0);
  ASSERT_EQ(trial.inputs.rows(), 10);
  ASSERT_EQ(trial.inputs.cols(), 120);
  EXPECT_TRUE(trial.inputs.colwise().sum().isOnes(0)) << "one-hot";
  EXPECT_EQ(trial.inputs.topLeftCorner(8, 10).sum(), 10);
  EXPECT_EQ(trial.inputs.row(9).sum(), 1);
  EXPECT_EQ(trial.inputs(9, 109), 1);
  EXPECT_EQ(trial.inputs.row(8).sum(), 109);
  EXPECT_TRUE(trial.mask.isOnes(0));
}

TEST(Copy, repeating_the_symbols_after_the_marker_is_right) {
  const auto task = tasks().make("copy/symbols=3,length=4,delay=6");
  std::vector<int> counts(3);
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Trial trial = training_trial(*task, i);
    ASSERT_EQ(trial.inputs.cols(), 14);
    for (Index step = 0; step < 10; ++step) ASSERT_EQ(class_at(trial, step), 0);
    for (Index k = 0; k < 4; ++k) {
      Index symbol = 0;
      trial.inputs.col(k).maxCoeff(&symbol);
      ASSERT_EQ(class_at(trial, 10 + k), 1 + symbol);
      ++counts.at(static_cast<std::size_t>(symbol));
    }
  }
  for (const int count : counts) EXPECT_NEAR(count, 2000 / 3.0, 4 * std::sqrt(2000 * 2 / 9.0));
}

TEST(Copy, performance_counts_the_symbols) {
  const auto task = tasks().make("copy/length=4,delay=6");
  const Trial trial = training_trial(*task, 0);
  MatrixXd outputs = right_outputs(*task, trial);
  outputs.leftCols(10).setRandom();  // before the marker nothing matters
  EXPECT_EQ(task->performance(trial, outputs), 1);
  outputs.col(11) = VectorXd::Unit(9, 0);
  EXPECT_EQ(task->performance(trial, outputs), 0.75);
}

TEST(Copy, forgetting_everything_costs_what_the_docs_say) {
  const auto task = tasks().make("copy");
  const Trial trial = training_trial(*task, 0);
  // Blank until the marker for certain, then every symbol alike: -log of the probability of each step's class.
  double cost = 0;
  for (Index step = 0; step < 120; ++step) cost += class_at(trial, step) > 0 ? std::log(8) : 0;
  EXPECT_NEAR(cost / 120, 10 * std::log(8) / 120, 1e-12);
}

TEST(Copy, training_trials_are_of_one_condition_and_evaluation_trials_differ) {
  const auto task = tasks().make("copy/sequences=5");
  for (std::uint64_t i = 0; i < 7; ++i) EXPECT_EQ(training_trial(*task, i).condition, 0);
  ASSERT_EQ(n_conditions(*task), 5);
  for (int condition = 1; condition < 5; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    EXPECT_EQ(trial.condition, condition);
    EXPECT_NE(trial.inputs, evaluation_trial(*task, 0).inputs);
  }
}

TEST(Copy, the_shortest_trial_shows_symbol_marker_and_blank) {
  const Trial trial = training_trial(*tasks().make("copy/symbols=2,length=1,delay=1,sequences=1"), 0);
  ASSERT_EQ(trial.inputs.cols(), 3);
  EXPECT_EQ(trial.inputs.col(0).head(2).sum(), 1);
  EXPECT_EQ(trial.inputs(3, 1), 1);
  EXPECT_EQ(trial.inputs(2, 2), 1);
  EXPECT_EQ(class_at(trial, 2), trial.inputs(1, 0) > 0 ? 2 : 1);
}

}  // namespace
}  // namespace cohort::test
