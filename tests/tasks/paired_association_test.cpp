#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(PairedAssociation, two_stimuli_come_one_second_apart) {
  const auto task = tasks().make("paired_association");
  EXPECT_EQ(task->info().n_repeats, 1);  // without noise a condition has one trial only
  for (int condition = 0; condition < 4; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    MatrixXd expected = MatrixXd::Zero(5, 45);
    expected.row(0).head(40).setOnes();
    expected.row(1 + condition / 2).head(10).setOnes();
    expected.row(3 + condition % 2).segment(20, 10).setOnes();
    EXPECT_EQ(trial.inputs, expected) << condition;
  }
}

TEST(PairedAssociation, go_follows_the_rewarded_pairs) {
  const auto task = tasks().make("paired_association");
  int n_go = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Trial trial = training_trial(*task, i);
    const bool first = trial.inputs.row(1).sum() > 3, third = trial.inputs.row(3).sum() > 3;
    const int go = first == third ? 1 : 0;  // 1-3 and 2-4
    for (Index step = 0; step < 45; ++step) ASSERT_EQ(class_at(trial, step), step < 40 ? 0 : go);
    n_go += go;
  }
  EXPECT_NEAR(n_go, 500, 4 * std::sqrt(250));
}

TEST(PairedAssociation, noise_if_asked_for_is_on_what_is_shown) {
  const auto noisy = tasks().make("paired_association/noise=0.1"), clean = tasks().make("paired_association");
  double square = 0;
  for (std::uint64_t repeat = 0; repeat < 200; ++repeat) {
    const MatrixXd noise = evaluation_trial(*noisy, 1, repeat).inputs - evaluation_trial(*clean, 1, repeat).inputs;
    EXPECT_EQ((noise.array() != 0).count(), 20);
    EXPECT_EQ((noise.row(1).head(10).array() != 0).count(), 10);
    EXPECT_EQ((noise.row(4).segment(20, 10).array() != 0).count(), 10);
    square += noise.squaredNorm() / 4000;
  }
  EXPECT_NEAR(square, 0.02, 0.02 * 4 * std::sqrt(2.0 / 4000));  // 0.1² · 200 ms / dt
}

TEST(PairedAssociation, delays_can_be_chosen) {
  EXPECT_EQ(tasks().make("paired_association/dt=50")->info().n_steps, 90);
  const Trial trial = evaluation_trial(*tasks().make("paired_association/delay=13000,wait=200"), 3);
  ASSERT_EQ(trial.inputs.cols(), 157);
  EXPECT_EQ(trial.inputs.row(0).sum(), 152);
  EXPECT_EQ(trial.inputs.row(4).segment(140, 10).sum(), 10);
  for (const char* extreme : {"delay=0,wait=0", "delay=1e5", "wait=1e5", "dt=0.1", "dt=500", "noise=1e6"}) {
    const auto made = tasks().make(std::string("paired_association/") + extreme);
    EXPECT_TRUE(training_trial(*made, 0).inputs.allFinite()) << extreme;
  }
}

}  // namespace
}  // namespace cohort::test
