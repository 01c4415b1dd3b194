#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

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
    ASSERT_EQ(trial.inputs.cols(), 17);  // 300 + 750 + 600 + 100 ms, each rounded down
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

TEST(ContextDecision, delays_are_rounded_down_by_themselves) {
  const auto task = tasks().make("context_decision");  // stimulus of 750 ms: 7 steps
  std::set<double> delays;
  for (std::uint64_t i = 0; i < 2000; ++i) delays.insert(training_trial(*task, i).inputs.row(0).sum() - 10);
  EXPECT_EQ(*delays.begin(), 3);
  EXPECT_LT(*delays.rbegin(), 30);
  const auto sure = tasks().make("context_decision/delay_min=390,delay_mean=390,delay_max=390");
  EXPECT_EQ(training_trial(*sure, 0).inputs.row(0).sum(), 13);
  EXPECT_EQ(sure->info().n_steps, 14);
}

TEST(ContextDecision, delays_shorter_than_a_step_have_none) {
  const auto task = tasks().make("context_decision/delay_min=0,delay_mean=100,noise=0");
  int n_without = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Trial trial = training_trial(*task, i);
    const auto n_fixation = static_cast<Index>(trial.inputs.row(0).sum());
    ASSERT_NE(class_at(trial, n_fixation), 0);
    n_without += n_fixation == 10;
  }
  const double p = 1 - std::exp(-1);
  EXPECT_NEAR(n_without, 200 * p, 4 * std::sqrt(200 * p * (1 - p)));
}

TEST(ContextDecision, noise_is_on_both_modalities_and_on_nothing_else) {
  const auto noisy = tasks().make("context_decision"), clean = tasks().make("context_decision/noise=0");
  double square = 0;
  for (std::uint64_t repeat = 0; repeat < 100; ++repeat) {
    const MatrixXd noise = evaluation_trial(*noisy, 40, repeat).inputs - evaluation_trial(*clean, 40, repeat).inputs;
    EXPECT_EQ((noise.array() != 0).count(), 28);
    EXPECT_EQ((noise.block(1, 3, 4, 7).array() != 0).count(), 28);
    square += noise.squaredNorm() / 2800;
  }
  EXPECT_NEAR(square, 1.0 / 100, 4 * std::sqrt(2.0 / 2800) / 100);  // standard deviation 1 / sqrt(dt / ms)
}

TEST(ContextDecision, summing_the_relevant_evidence_is_right_as_often_as_is_said) {
  const auto task = tasks().make("context_decision");
  constexpr int n = 20000;
  int n_right = 0, n_wrong_context = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, i);
    const Index relevant = trial.inputs(6, 0) == 1 ? 3 : 1;
    const auto guess = [&](Index input) {
      return trial.inputs.row(input).segment(3, 7).sum() > trial.inputs.row(input + 1).segment(3, 7).sum() ? 1 : 2;
    };
    const int answer = class_at(trial, last_counted(trial));
    n_right += guess(relevant) == answer;
    n_wrong_context += guess(4 - relevant) == answer;
  }
  EXPECT_NEAR(n_right, n * 0.9409, 4 * std::sqrt(n * 0.9409 * 0.0591));
  EXPECT_NEAR(n_wrong_context, n / 2, 4 * std::sqrt(n / 4.0));
}

TEST(ContextDecision, other_coherences_can_be_asked_for) {
  const auto task = tasks().make("context_decision/coherences=[2,30],noise=0");
  ASSERT_EQ(n_conditions(*task), 32);
  EXPECT_EQ(task->info().conditions[17], "context=2,modality1=+30,modality2=+2");
  const double signed_coherences[] = {0.3, 0.02, -0.02, -0.3};
  for (int condition = 0; condition < 32; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    const double first = trial.inputs(1, 5) - trial.inputs(2, 5), second = trial.inputs(3, 5) - trial.inputs(4, 5);
    EXPECT_NEAR(first, signed_coherences[condition / 4 % 4], 1e-15);
    EXPECT_NEAR(second, signed_coherences[condition % 4], 1e-15);
    EXPECT_EQ(class_at(trial, last_counted(trial)), (condition < 16 ? first : second) > 0 ? 1 : 2);
  }
  EXPECT_THAT(user_error([] { tasks().make("context_decision/coherences=[0,5]"); }),
              testing::HasSubstr("coherences=[0,5] is not possible"));
}

TEST(ContextDecision, extreme_parameters_make_trials) {
  for (const char* extreme : {"delay_min=0,delay_mean=1,delay_max=1e5", "delay_min=0,delay_mean=30,delay_max=40",
                              "delay_min=1e5,delay_mean=1e5,delay_max=1e5", "dt=0.1", "dt=99.9,delay_min=0",
                              "coherences=0.001", "coherences=100", "noise=1e6"}) {
    const auto task = tasks().make(std::string("context_decision/") + extreme);
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(training_trial(*task, i).inputs.allFinite()) << extreme;
    EXPECT_TRUE(evaluation_trial(*task, 0).inputs.allFinite()) << extreme;
  }
}

TEST(ContextDecision, impossible_delays_are_the_users_error) {
  EXPECT_THAT(user_error([] { tasks().make("context_decision/delay_mean=200"); }),
              testing::HasSubstr("delay_mean=200 is not possible for context_decision (delays last from 300 to 3000"));
}

}  // namespace
}  // namespace cohort::test
