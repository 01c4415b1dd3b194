#include <cohort/tasks/tasks.hpp>
#include <cohort/tasks/training_batches.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

const RandomStream kStream("data", "training batches", 1);

/// Counts how often a trial is asked for.
class CountedTask final : public Task {
 public:
  explicit CountedTask(bool has_one_trial) {
    info_.n_inputs = info_.n_outputs = 1;
    info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = 3;
    info_.has_one_trial = has_one_trial;
    info_.conditions = {"only"};
  }
  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream&, Trial& trial) const override {
    trial.reset(info_, info_.n_steps);
    trial.inputs.setConstant(info_.has_one_trial ? 7 : static_cast<double>(index));
    ++n_trials;
  }
  void evaluation_trial(int, RandomStream& stream, Trial& trial) const override { training_trial(0, stream, trial); }

  mutable int n_trials = 0;

 private:
  TaskInfo info_;
};

TEST(TrainingBatches, follow_each_other) {
  const auto task = tasks().make("flip_flop");
  TrainingBatches<double> batches(*task, kStream);
  TrialBatch<double> expected;
  std::uint64_t first = 0;
  for (const Index n : {4, 4, 7, 1}) {
    const TrialBatch<double>& batch = batches.next(n);
    EXPECT_EQ(batches.first_trial(), first);
    fill_training_batch(*task, kStream, first, n, expected);
    EXPECT_EQ(batch.inputs, expected.inputs);
    EXPECT_EQ(batch.targets, expected.targets);
    EXPECT_EQ(batch.conditions, expected.conditions);
    first += static_cast<std::uint64_t>(n);
  }
}

TEST(TrainingBatches, of_a_task_with_one_trial_are_made_once) {
  const CountedTask one(true), many(false);
  TrainingBatches<float> same(one, kStream), different(many, kStream);
  for (int update = 0; update < 3; ++update) {
    EXPECT_TRUE((same.next(5).inputs.row(0).array() == 7).all());
    EXPECT_EQ(different.next(5).inputs(0, 0), 5 * update);
  }
  EXPECT_EQ(one.n_trials, 5);
  EXPECT_EQ(many.n_trials, 15);
  EXPECT_EQ(same.next(6).n_trials, 6);
  EXPECT_EQ(same.first_trial(), 15U);
}

}  // namespace
}  // namespace cohort::test
