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

}  // namespace
}  // namespace cohort::test
