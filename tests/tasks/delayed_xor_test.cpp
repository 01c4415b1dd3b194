#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(DelayedXor, cues_are_gaussian_bumps_at_both_ends) {
  const auto task = tasks().make("delayed_xor/noise=0");
  for (int condition = 0; condition < 4; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    ASSERT_EQ(trial.inputs.cols(), 900);
    for (Index step = 0; step < 900; ++step) {
      // 100 values from -50 to 50 ms, standard deviation 25 ms
      const double at = step < 100 ? static_cast<double>(step) : static_cast<double>(step - 800);
      const double ms = -50 + 100 * at / 99, bump = 2 * std::exp(-ms * ms / (2 * 25 * 25));
      EXPECT_NEAR(trial.inputs(0, step), 0.02 + (condition / 2 == 1 && step < 100 ? bump : 0), 1e-14) << step;
      EXPECT_NEAR(trial.inputs(1, step), 0.02 + (condition % 2 == 1 && step >= 800 ? bump : 0), 1e-14) << step;
    }
  }
}

TEST(DelayedXor, telling_whether_both_came_is_always_right) {
  const auto task = tasks().make("delayed_xor");
  int n_equal = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Trial trial = training_trial(*task, i);
    const bool first = trial.inputs.row(0).maxCoeff() > 1, second = trial.inputs.row(1).maxCoeff() > 1;
    ASSERT_EQ(trial.classes.back(), first == second ? 1 : 0);
    n_equal += first == second;
  }
  EXPECT_NEAR(n_equal, 1000, 4 * std::sqrt(500.0));
}

TEST(DelayedXor, counts_at_the_last_step_only) {
  const Trial trial = training_trial(*tasks().make("delayed_xor"), 0);
  EXPECT_EQ(trial.mask.sum(), 1);
  EXPECT_EQ(trial.mask(0, 899), 1);
}

TEST(DelayedXor, noise_is_everywhere) {
  const Trial noisy = evaluation_trial(*tasks().make("delayed_xor"), 2);
  const Trial clean = evaluation_trial(*tasks().make("delayed_xor/noise=0"), 2);
  EXPECT_NEAR((noisy.inputs - clean.inputs).array().square().mean(), 1e-4, 1e-4 * 4 * std::sqrt(2.0 / 1800));
}

TEST(DelayedXor, the_condition_names_the_cues) {
  const auto task = tasks().make("delayed_xor");
  EXPECT_EQ(task->info().conditions, (std::vector<std::string>{"cues=00", "cues=01", "cues=10", "cues=11"}));
  std::vector<int> counts(4);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Trial trial = training_trial(*task, i);
    const int first = trial.inputs.row(0).maxCoeff() > 1, second = trial.inputs.row(1).maxCoeff() > 1;
    ASSERT_EQ(trial.condition, 2 * first + second);
    ++counts.at(static_cast<std::size_t>(trial.condition));
  }
  for (const int count : counts) EXPECT_NEAR(count, 500, 4 * std::sqrt(500 * 0.75));
}

TEST(DelayedXor, sizes_can_be_chosen) {
  EXPECT_EQ(tasks().make("delayed_xor/dt=10,cue=50,delay=200")->info().n_steps, 30);
  const Trial trial = evaluation_trial(*tasks().make("delayed_xor/dt=100,noise=0"), 3);
  EXPECT_NEAR(trial.inputs(0, 0), 2.02, 1e-14);  // a cue of one step has the bump's height
  EXPECT_EQ(tasks().make("delayed_xor/dt=0.1,cue=0.1,delay=0")->info().n_steps, 2);
}

}  // namespace
}  // namespace cohort::test
