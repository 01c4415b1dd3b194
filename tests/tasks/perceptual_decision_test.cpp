#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

constexpr double kCoherences[] = {0, 6.4, 12.8, 25.6, 51.2};

TEST(PerceptualDecision, inputs_are_the_evidence_for_each_choice) {
  const auto task = tasks().make("perceptual_decision/noise=0");
  ASSERT_EQ(n_conditions(*task), 10);
  for (int condition = 0; condition < 10; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    ASSERT_EQ(trial.inputs.cols(), 22);
    const double signed_coherence = (condition < 5 ? 1 : -1) * kCoherences[condition % 5];
    for (Index step = 0; step < 22; ++step) {
      const bool is_stimulus = step >= 1 && step < 21;
      const Eigen::Vector3d expected(step < 21, is_stimulus ? (1 + signed_coherence / 100) / 2 : 0,
                                     is_stimulus ? (1 - signed_coherence / 100) / 2 : 0);
      EXPECT_LE((trial.inputs.col(step) - expected).norm(), 1e-15) << condition << " " << step;
      EXPECT_EQ(class_at(trial, step), step < 21 ? 0 : 1 + condition / 5);
    }
  }
}

TEST(PerceptualDecision, noise_is_on_the_evidence_and_on_nothing_else) {
  const auto noisy = tasks().make("perceptual_decision"), clean = tasks().make("perceptual_decision/noise=0");
  double square = 0;
  for (std::uint64_t repeat = 0; repeat < 100; ++repeat) {
    const MatrixXd noise = evaluation_trial(*noisy, 3, repeat).inputs - evaluation_trial(*clean, 3, repeat).inputs;
    EXPECT_EQ((noise.array() != 0).count(), 40);
    EXPECT_TRUE(noise.row(0).isZero(0) && noise.col(0).isZero(0) && noise.col(21).isZero(0));
    square += noise.squaredNorm() / 4000;
  }
  EXPECT_NEAR(square, 1.0 / 100, 4 * std::sqrt(2.0 / 4000) / 100);  // standard deviation 1 / sqrt(dt / ms)
}

TEST(PerceptualDecision, summing_the_evidence_is_right_as_often_as_is_said) {
  const auto task = tasks().make("perceptual_decision");
  double all = 0;
  for (const int coherence : {0, 1, 2, 3, 4}) {
    int n_right = 0;
    constexpr int n = 2000;
    for (std::uint64_t repeat = 0; repeat < n; ++repeat) {
      const Trial trial = evaluation_trial(*task, coherence + (repeat % 2 == 0 ? 0 : 5), repeat);
      const double difference = trial.inputs.row(1).sum() - trial.inputs.row(2).sum();
      n_right += (difference > 0 ? 1 : 2) == class_at(trial, 21);
    }
    // Difference of the summed evidence: mean 20 c, standard deviation sqrt(20 * 2) * 0.1.
    const double d = 20 * kCoherences[coherence] / 100 / (std::sqrt(40) * 0.1);
    const double p = std::erfc(-d / std::sqrt(2)) / 2;
    EXPECT_NEAR(n_right, n * p, 4 * std::sqrt(n * p * (1 - p)) + 1) << coherence;
    all += p / 5;
    if (coherence == 1) {
      EXPECT_NEAR(p, 0.978, 0.001);
    }
  }
  EXPECT_NEAR(all, 0.896, 0.0005);
}

TEST(PerceptualDecision, other_coherences_can_be_asked_for) {
  const auto task = tasks().make("perceptual_decision/coherences=[3,9],noise=0");
  ASSERT_EQ(n_conditions(*task), 4);
  EXPECT_EQ(task->info().conditions[3], "choice=2,coherence=9");
  const double evidence[] = {0.03, 0.09, -0.03, -0.09};
  for (int condition = 0; condition < 4; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    EXPECT_NEAR(trial.inputs(1, 5) - trial.inputs(2, 5), evidence[condition], 1e-15);
    EXPECT_EQ(class_at(trial, 21), 1 + condition / 2);
  }
  EXPECT_THAT(user_error([] { tasks().make("perceptual_decision/coherences=[9,3]"); }),
              testing::HasSubstr("coherences=[9,3] is not possible for perceptual_decision (3 after 9)"));
  EXPECT_THAT(user_error([] { tasks().make("perceptual_decision/coherences=[0,101]"); }),
              testing::HasSubstr("in [0, 100] is needed"));
}

TEST(PerceptualDecision, extreme_parameters_make_trials_or_are_refused_at_once) {
  for (const char* extreme : {"dt=0.1", "dt=100,stimulus=100", "dt=7,delay=3000", "coherences=0", "coherences=100",
                              "noise=1e6", "dt=0.1,stimulus=0.1"}) {
    const auto task = tasks().make(std::string("perceptual_decision/") + extreme);
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(training_trial(*task, i).inputs.allFinite()) << extreme;
  }
  EXPECT_THAT(user_error([] { tasks().make("perceptual_decision/stimulus=0.1"); }), testing::HasSubstr("has no step"));
}

TEST(PerceptualDecision, training_draws_every_condition_equally_often) {
  const auto task = tasks().make("perceptual_decision");
  std::vector<int> counts(10);
  for (std::uint64_t i = 0; i < 5000; ++i) ++counts.at(static_cast<std::size_t>(training_trial(*task, i).condition));
  for (const int count : counts) EXPECT_NEAR(count, 500, 4 * std::sqrt(450));
}

TEST(PerceptualDecision, without_noise_the_larger_evidence_is_always_right) {
  const auto task = tasks().make("perceptual_decision/noise=0,dt=20,stimulus=400,delay=300");
  EXPECT_EQ(task->info().n_steps, 45);
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Trial trial = training_trial(*task, i);
    if (trial.condition % 5 == 0) continue;  // no evidence
    EXPECT_EQ(class_at(trial, 44), trial.inputs(1, 10) > trial.inputs(2, 10) ? 1 : 2);
    EXPECT_TRUE(trial.inputs.block(1, 25, 2, 20).isZero(0)) << "stimulus ends before the delay";
    EXPECT_EQ(trial.inputs.row(0).sum(), 40);
  }
}

}  // namespace
}  // namespace cohort::test
