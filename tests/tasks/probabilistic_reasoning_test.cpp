#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace cohort::test {
namespace {

constexpr double kWeights[] = {-10, -.9, -.7, -.5, -.3, .3, .5, .7, .9, 10};

/// Sum of the weights of what is shown at the end of the stimulus.
double log_odds(const Trial& trial) {
  double sum = 0;
  for (Index i = 0; i < 40; ++i) sum += trial.inputs(1 + i, 24) * kWeights[i % 10];
  return sum;
}

TEST(ProbabilisticReasoning, shapes_appear_one_by_one_at_different_places_and_stay) {
  const auto task = tasks().make("probabilistic_reasoning");
  std::set<Index> first_places;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Trial trial = training_trial(*task, i);
    for (Index step = 0; step < 25; ++step)
      EXPECT_EQ(trial.inputs.col(step).tail(40).sum(), static_cast<double>(std::max<Index>(0, step / 5))) << step;
    for (Index place = 0; place < 4; ++place) {
      const MatrixXd shown = trial.inputs.middleRows(1 + 10 * place, 10);
      EXPECT_EQ(shown.col(24).sum(), 1) << "each place is used once";
      EXPECT_EQ((shown.rowwise().sum().array() > 0).count(), 1) << "a shape stays";
      if (shown.col(5).sum() == 1) first_places.insert(place);
    }
    EXPECT_TRUE(trial.inputs.rightCols(trial.inputs.cols() - 25).bottomRows(40).isZero(0));
  }
  EXPECT_EQ(first_places.size(), 4U);
}

TEST(ProbabilisticReasoning, choices_are_right_as_often_as_the_weights_say) {
  const auto task = tasks().make("probabilistic_reasoning");
  constexpr int n = 20000;
  int n_second = 0, n_certain = 0, n_doubtful = 0, n_doubtful_right = 0;
  double expected = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, i);
    const int answer = class_at(trial, last_counted(trial));
    const double sum = log_odds(trial), p = 1 / (1 + std::pow(10, -std::abs(sum)));
    const int guess = sum > 0 ? 2 : 1;
    n_second += answer == 2;
    if (std::abs(sum) > 5) {
      ++n_certain;
      EXPECT_EQ(answer, guess);
    } else if (std::abs(sum) > 0.01) {
      ++n_doubtful;
      n_doubtful_right += answer == guess;
      expected += p;
    }
  }
  EXPECT_NEAR(n_second, n / 2, 4 * std::sqrt(n / 4.0));
  EXPECT_GT(n_certain, n / 4);
  EXPECT_GT(n_doubtful, n / 4);
  EXPECT_NEAR(n_doubtful_right, expected, 4 * std::sqrt(n_doubtful / 4.0));
  EXPECT_LT(n_doubtful_right, 0.97 * n_doubtful);  // no observer is always right
}

TEST(ProbabilisticReasoning, decision_follows_the_delay) {
  const auto task = tasks().make("probabilistic_reasoning/dt=10");
  EXPECT_EQ(task->info().n_steps, 355);
  std::set<Index> ends;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Trial trial = training_trial(*task, i);
    const Index end = last_counted(trial) + 1, decision = end - 50;
    EXPECT_EQ(trial.inputs.row(0).sum(), static_cast<double>(decision));
    for (Index step = 0; step < end; ++step) ASSERT_EQ(class_at(trial, step) == 0, step < decision);
    ends.insert(end);
  }
  EXPECT_GE(*ends.begin(), 345);
  EXPECT_GT(ends.size(), 8U);
  EXPECT_EQ(last_counted(evaluation_trial(*task, 0)) + 1, 350);
}

TEST(ProbabilisticReasoning, evaluation_shows_the_answer_it_is_asked_for) {
  const auto task = tasks().make("probabilistic_reasoning");
  for (const int condition : {0, 1})
    for (std::uint64_t repeat = 0; repeat < 10; ++repeat) {
      const Trial trial = evaluation_trial(*task, condition, repeat);
      EXPECT_EQ(class_at(trial, last_counted(trial)), 1 + condition);
    }
}

}  // namespace
}  // namespace cohort::test
