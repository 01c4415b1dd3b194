#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cohort::test {
namespace {

TEST(Multisensory, senses_share_the_evidence) {
  const auto task = tasks().make("multisensory/noise=0");
  ASSERT_EQ(n_conditions(*task), 18);
  const double coherences[] = {5, 15, 50}, shares[] = {0, 0.5, 1};
  for (int condition = 0; condition < 18; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    ASSERT_EQ(trial.inputs.cols(), 11);
    const double evidence = (condition < 9 ? 1 : -1) * coherences[condition / 3 % 3] / 200;
    const double first = shares[condition % 3] * evidence, second = evidence - first;
    for (Index step = 0; step < 11; ++step) {
      VectorXd expected = VectorXd::Zero(5);
      expected[0] = step < 10;
      if (step >= 3 && step < 10) expected.tail(4) << 0.5 + first, 0.5 - first, 0.5 + second, 0.5 - second;
      EXPECT_LE((trial.inputs.col(step) - expected).norm(), 1e-15) << condition << " " << step;
      EXPECT_EQ(class_at(trial, step), step < 10 ? 0 : 1 + condition / 9);
    }
  }
}

TEST(Multisensory, both_senses_together_know_the_strength_and_one_alone_does_not) {
  const auto task = tasks().make("multisensory/noise=0");
  double shares = 0, weakest_of_strong = 1, strongest_of_weak = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Trial trial = training_trial(*task, i);
    const Eigen::Vector4d x = trial.inputs.block(1, 3, 4, 1);
    const double first = x[0] - x[1], second = x[2] - x[3], total = first + second;
    ASSERT_EQ(trial.classes.back(), total > 0 ? 1 : 2);
    const double coherence = std::abs(total) * 100;
    EXPECT_LE(std::min({std::abs(coherence - 5), std::abs(coherence - 15), std::abs(coherence - 50)}), 1e-10);
    if (coherence > 40) weakest_of_strong = std::min(weakest_of_strong, std::abs(first));
    if (coherence < 10) strongest_of_weak = std::max(strongest_of_weak, std::abs(first));
    shares += first / total;
  }
  EXPECT_LT(weakest_of_strong, strongest_of_weak) << "the first sense alone would tell 50 % from 5 %";
  EXPECT_NEAR(shares / 1000, 0.5, 4 * std::sqrt(1.0 / 12 / 1000));
}

TEST(Multisensory, summing_both_senses_is_right_as_often_as_is_said_and_one_alone_is_not) {
  const auto task = tasks().make("multisensory");
  constexpr int n = 20000;
  int n_both = 0, n_first = 0, n_second = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, i);
    const Eigen::Vector4d sums = trial.inputs.block(1, 3, 4, 7).rowwise().sum();
    const double first = sums[0] - sums[1], second = sums[2] - sums[3];
    const int answer = trial.classes.back();
    n_both += answer == (first + second > 0 ? 1 : 2);
    n_first += answer == (first > 0 ? 1 : 2);
    n_second += answer == (second > 0 ? 1 : 2);
  }
  EXPECT_NEAR(n_both, n * 0.9074, 4 * std::sqrt(n * 0.9074 * 0.0926));
  EXPECT_LT(n_first, n * 0.86);
  EXPECT_LT(n_second, n * 0.86);
}

TEST(Multisensory, noise_is_on_the_stimulus_and_on_nothing_else) {
  const auto noisy = tasks().make("multisensory"), clean = tasks().make("multisensory/noise=0");
  double square = 0;
  for (std::uint64_t repeat = 0; repeat < 100; ++repeat) {
    const MatrixXd noise = evaluation_trial(*noisy, 3, repeat).inputs - evaluation_trial(*clean, 3, repeat).inputs;
    EXPECT_EQ((noise.array() != 0).count(), 28);
    EXPECT_EQ((noise.block(1, 3, 4, 7).array() != 0).count(), 28);
    square += noise.squaredNorm() / 2800;
  }
  EXPECT_NEAR(square, 1.0 / 100, 4 * std::sqrt(2.0 / 2800) / 100);  // standard deviation 1 / sqrt(dt / ms)
}

TEST(Multisensory, other_coherences_can_be_asked_for) {
  const auto task = tasks().make("multisensory/coherences=[10,30],noise=0");
  ASSERT_EQ(n_conditions(*task), 12);
  EXPECT_EQ(task->info().conditions[10], "choice=2,coherence=30,share=0.5");
  const double evidence[] = {0.1, 0.3, -0.1, -0.3};
  for (int condition = 0; condition < 12; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    const Eigen::Vector4d x = trial.inputs.block(1, 3, 4, 1);
    EXPECT_NEAR(x[0] - x[1] + x[2] - x[3], evidence[condition / 3], 1e-15);
    EXPECT_EQ(trial.classes.back(), 1 + condition / 6);
  }
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Trial trial = training_trial(*task, i);
    const Eigen::Vector4d x = trial.inputs.block(1, 3, 4, 1);
    EXPECT_NEAR(x[0] - x[1] + x[2] - x[3], evidence[trial.condition / 3], 1e-15);
  }
  EXPECT_THAT(user_error([] { tasks().make("multisensory/coherences=[10,10]"); }),
              testing::HasSubstr("coherences=[10,10] is not possible for multisensory (10 after 10)"));
}

TEST(Multisensory, extreme_parameters_make_trials_or_are_refused_at_once) {
  for (const char* extreme : {"dt=0.1", "stimulus=1e5", "dt=1,stimulus=1", "coherences=100", "noise=1e6"}) {
    const auto task = tasks().make(std::string("multisensory/") + extreme);
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(training_trial(*task, i).inputs.allFinite()) << extreme;
  }
  EXPECT_THAT(user_error([] { tasks().make("multisensory/stimulus=0.1"); }), testing::HasSubstr("has no step"));
}

}  // namespace
}  // namespace cohort::test
