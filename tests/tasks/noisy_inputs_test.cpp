#include <cohort/tasks/noisy_inputs.hpp>

#include <cohort/tasks/tasks.hpp>
#include <cohort/tasks/trial_batch.hpp>

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

/// The draws of repeat 1 come from the stream that the noise of repeat 0 once came from.
TEST(NoisyInputs, noise_of_one_repeat_is_not_what_another_draws) {
  class Draws final : public Task {
   public:
    Draws() {
      info_.n_inputs = info_.n_outputs = 1;
      info_.n_steps = info_.n_evaluation_steps = 200;
      info_.conditions = {"one"};
      info_.n_repeats = 4;
    }
    const TaskInfo& info() const override { return info_; }
    void training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const override {
      evaluation_trial(0, stream, trial);
    }
    void evaluation_trial(int, RandomStream& stream, Trial& trial) const override {
      trial.reset(info_, 200);
      for (double& input : trial.inputs.reshaped()) input = stream.normal();
    }

   private:
    TaskInfo info_;
  };
  const auto clean = std::make_shared<Draws>();
  const NoisyInputs noisy(clean, 1, -100, 100);
  TrialBatch<double> without, with;
  fill_evaluation_batch(*clean, RandomStream("test", "", 1), without);
  fill_evaluation_batch(noisy, RandomStream("test", "", 1), with);
  const MatrixXd noise = (with.inputs - without.inputs).row(0).reshaped(4, 200);
  const MatrixXd draws = without.inputs.row(0).reshaped(4, 200);
  const MatrixXd correlation = noise * draws.transpose() / 200;
  EXPECT_LT(correlation.cwiseAbs().maxCoeff(), 0.3) << correlation;
  EXPECT_NEAR(noise.squaredNorm() / 800, 1, 0.2);
}

TEST(NoisyInputs, belong_to_the_trial) {
  const NoisyInputs noisy(tasks().make(kTask), 0.2, -10, 10);
  EXPECT_EQ(trial_of(noisy, 1).inputs, trial_of(noisy, 1).inputs);
  EXPECT_NE(trial_of(noisy, 1).inputs, trial_of(noisy, 2).inputs);
}

}  // namespace
}  // namespace cohort::test
