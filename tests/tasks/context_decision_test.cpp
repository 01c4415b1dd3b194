#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(ContextDecision, evidence_of_the_named_context_is_the_answer) {
  const auto task = tasks().make("context_decision/noise=0");
  int n_misled = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Trial trial = training_trial(*task, i);
    const bool is_second = trial.inputs(6, 0) == 1;
    EXPECT_EQ(trial.inputs(5, 0), is_second ? 0 : 1);
    const Eigen::Vector4d evidence = trial.inputs.block(1, 3, 4, 7).rowwise().mean();
    const double relevant = is_second ? evidence[2] - evidence[3] : evidence[0] - evidence[1];
    const double other = is_second ? evidence[0] - evidence[1] : evidence[2] - evidence[3];
    ASSERT_EQ(class_at(trial, last_counted(trial)), relevant > 0 ? 1 : 2);
    n_misled += relevant * other < 0;
  }
  EXPECT_NEAR(n_misled, 500, 4 * std::sqrt(250));  // who takes the wrong stimulus is right half the time
}

TEST(ContextDecision, inputs_come_and_go_with_the_epochs) {
  const auto task = tasks().make("context_decision/noise=0");
  const double coherences[] = {50, 15, 5, -5, -15, -50};
  ASSERT_EQ(n_conditions(*task), 72);
  for (int condition = 0; condition < 72; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    ASSERT_EQ(trial.inputs.cols(), 17);  // 300 + 750 + 600 + 100 ms, ends rounded down
    for (Index step = 0; step < 17; ++step) {
      const bool is_stimulus = step >= 3 && step < 10;
      VectorXd expected = VectorXd::Zero(7);
      expected[0] = step < 16;
      for (const Index modality : {0, 1}) {
        const double c = coherences[modality == 0 ? condition / 6 % 6 : condition % 6] / 100;
        expected[1 + 2 * modality] = is_stimulus ? (1 + c) / 2 : 0;
        expected[2 + 2 * modality] = is_stimulus ? (1 - c) / 2 : 0;
      }
      expected[5 + condition / 36] = 1;
      EXPECT_LE((trial.inputs.col(step) - expected).norm(), 1e-15) << condition << " " << step;
      EXPECT_EQ(class_at(trial, step) == 0, step < 16);
    }
  }
}

TEST(ContextDecision, delays_are_exponential_within_their_limits) {
  const auto task = tasks().make("context_decision/dt=1");
  constexpr int n = 2000;
  double sum = 0, longest = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, i);
    const double delay = trial.inputs.row(0).sum() - 1050;
    ASSERT_GE(delay, 299);
    ASSERT_LE(delay, 3000);
    ASSERT_EQ(trial.mask.sum(), 1050 + delay + 100);
    ASSERT_TRUE(trial.inputs.rightCols(trial.inputs.cols() - last_counted(trial) - 1).isZero(0));
    sum += delay;
    longest = std::max(longest, delay);
  }
  // Mean of an exponential of mean m on [a, b]: m + (a e^{-a/m} - b e^{-b/m}) / (e^{-a/m} - e^{-b/m}).
  const double first = std::exp(-0.5), last = std::exp(-5.0);
  const double mean = 600 + (300 * first - 3000 * last) / (first - last);
  EXPECT_NEAR(sum / n, mean - 0.5, 4 * 600 / std::sqrt(n));
  EXPECT_GT(longest, 2200);
}

TEST(ContextDecision, impossible_delays_are_the_users_error) {
  EXPECT_THAT(user_error([] { tasks().make("context_decision/delay_mean=200"); }),
              testing::HasSubstr("delay_mean=200 is not possible for context_decision (delays last from 300 to 3000"));
}

}  // namespace
}  // namespace cohort::test
