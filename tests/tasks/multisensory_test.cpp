#include <tasks/trials.hpp>

#include <gtest/gtest.h>

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
      if (step >= 3 && step < 10)
        expected.tail(4) << 0.5 + first, 0.5 - first, 0.5 + second, 0.5 - second;
      EXPECT_LE((trial.inputs.col(step) - expected).norm(), 1e-15) << condition << " " << step;
      EXPECT_EQ(class_at(trial, step), step < 10 ? 0 : 1 + condition / 9);
    }
  }
}

TEST(Multisensory, both_senses_together_always_know_and_one_alone_does_not) {
  const auto task = tasks().make("multisensory/noise=0");
  double shares = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Trial trial = training_trial(*task, i);
    const Eigen::Vector4d x = trial.inputs.block(1, 3, 4, 1);
    const double first = x[0] - x[1], second = x[2] - x[3], total = first + second;
    ASSERT_EQ(trial.classes.back(), total > 0 ? 1 : 2);
    const double coherence = std::abs(total) * 100;
    EXPECT_LE(std::min({std::abs(coherence - 5), std::abs(coherence - 15), std::abs(coherence - 50)}), 1e-10);
    shares += first / total;
  }
  EXPECT_NEAR(shares / 1000, 0.5, 4 * std::sqrt(1.0 / 12 / 1000));
}

TEST(Multisensory, noise_is_on_the_stimulus) {
  const auto noisy = tasks().make("multisensory"), clean = tasks().make("multisensory/noise=0");
  const MatrixXd noise = evaluation_trial(*noisy, 3).inputs - evaluation_trial(*clean, 3).inputs;
  EXPECT_EQ((noise.array() != 0).count(), 28);
  EXPECT_TRUE(noise.row(0).isZero(0));
}

}  // namespace
}  // namespace cohort::test
