#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(PairedAssociation, two_stimuli_come_thirteen_seconds_apart) {
  const auto task = tasks().make("paired_association/noise=0");
  for (int condition = 0; condition < 4; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    MatrixXd expected = MatrixXd::Zero(5, 165);
    expected.row(0).head(160).setOnes();
    expected.row(1 + condition / 2).head(10).setOnes();
    expected.row(3 + condition % 2).segment(140, 10).setOnes();
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
    for (Index step = 0; step < 165; ++step) ASSERT_EQ(class_at(trial, step), step < 160 ? 0 : go);
    n_go += go;
  }
  EXPECT_NEAR(n_go, 500, 4 * std::sqrt(250));
}

TEST(PairedAssociation, noise_is_on_what_is_shown) {
  const auto task = tasks().make("paired_association");
  const Trial trial = evaluation_trial(*task, 0);
  EXPECT_EQ((trial.inputs.row(1).array() != 0).count(), 10);
  EXPECT_EQ((trial.inputs.row(3).array() != 0).count(), 10);
  EXPECT_TRUE(trial.inputs.row(2).isZero(0) && trial.inputs.row(4).isZero(0));
  EXPECT_NE(trial.inputs(1, 0), 1);
  EXPECT_EQ(tasks().make("paired_association/delay=1000,dt=50")->info().n_steps, 90);
}

}  // namespace
}  // namespace cohort::test
