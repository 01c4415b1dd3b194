#include <cohort/tasks/noisy_inputs.hpp>

#include <cohort/tasks/tasks.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr const char* kTask = "context_integration_mante_2013";

Trial trial_of(const Task& task, std::uint64_t seed) {
  RandomStream stream("test-trial", "", seed);
  Trial trial;
  task.evaluation_trial(7, stream, trial);
  return trial;
}

TEST(NoisyInputs, add_noise_and_nothing_else) {
  const NoisyInputs noisy(tasks().make(kTask), 0.2, -10, 10);
  const Trial shifted = trial_of(noisy, 1), clean = trial_of(*tasks().make(kTask), 1);
  const MatrixXd noise = shifted.inputs - clean.inputs;
  EXPECT_NEAR(noise.mean(), 0, 0.03);
  EXPECT_NEAR(noise.squaredNorm() / static_cast<double>(noise.size()), 0.04, 0.005);
  EXPECT_EQ(shifted.classes, clean.classes);
  EXPECT_EQ(shifted.mask, clean.mask);
  EXPECT_EQ(shifted.condition, clean.condition);
}

TEST(NoisyInputs, stay_in_their_range) {
  const MatrixXd inputs = trial_of(NoisyInputs(tasks().make(kTask), 0.5, 0, 1), 1).inputs;
  EXPECT_EQ(inputs.minCoeff(), 0);
  EXPECT_EQ(inputs.maxCoeff(), 1);
}

TEST(NoisyInputs, belong_to_the_trial) {
  const NoisyInputs noisy(tasks().make(kTask), 0.2, -10, 10);
  EXPECT_EQ(trial_of(noisy, 1).inputs, trial_of(noisy, 1).inputs);
  EXPECT_NE(trial_of(noisy, 1).inputs, trial_of(noisy, 2).inputs);
}

}  // namespace
}  // namespace cohort::test
