#include <cohort/tasks/tasks.hpp>
#include <cohort/tasks/trial_batch.hpp>

#include <gtest/gtest.h>

#include <set>

namespace cohort::test {
namespace {

const RandomStream kTraining("data", "trial batches", 1), kEvaluation("evaluation", "trial batches", 1);

/// A task all of whose numbers are random, also those of its evaluation.
class NoiseTask final : public Task {
 public:
  explicit NoiseTask(LossKind loss, Index n_repeats = 1) {
    info_.n_repeats = n_repeats;
    info_.n_inputs = 3;
    info_.n_outputs = 2;
    info_.n_steps = 5;
    info_.n_evaluation_steps = 7;
    info_.conditions = {"a", "b", "c", "d"};
    info_.loss = loss;
  }

  const TaskInfo& info() const override { return info_; }
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override {
    return outputs.sum() + (info_.loss == LossKind::cross_entropy ? trial.classes[3] : trial.targets.sum()) +
           10 * trial.mask.sum() + 100 * trial.condition;
  }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override {
    make(static_cast<int>(index), info_.n_steps, stream, trial);
  }
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override {
    make(condition, info_.n_evaluation_steps, stream, trial);
  }

 private:
  void make(int condition, Index n_steps, RandomStream& stream, Trial& trial) const {
    trial.reset(info_, n_steps);
    trial.condition = condition;
    for (MatrixXd* values : {&trial.inputs, &trial.targets, &trial.mask})
      for (Index i = 0; i < values->size(); ++i) (*values)(i) = stream.normal();
    for (int& c : trial.classes) c = static_cast<int>(stream.integer(2));
  }

  TaskInfo info_;
};

/// What trial `position` of a batch shows: equal shows, equal trials.
struct Shown {
  Matrix<float> inputs, targets, mask;
  std::vector<int> classes;
  int condition;
  bool operator==(const Shown&) const = default;
};

Shown shown(const TrialBatch<float>& batch, Index position) {
  const auto columns = Eigen::seqN(position, batch.n_steps, batch.n_trials);
  Shown result{batch.inputs(Eigen::all, columns),
               Matrix<float>(),
               batch.mask(Eigen::all, columns),
               {},
               batch.conditions[static_cast<std::size_t>(position)]};
  if (batch.targets.size() > 0) result.targets = batch.targets(Eigen::all, columns);
  for (Index step = 0; step < batch.n_steps && !batch.classes.empty(); ++step)
    result.classes.push_back(batch.classes[static_cast<std::size_t>(step * batch.n_trials + position)]);
  return result;
}

class TrialBatches : public testing::TestWithParam<LossKind> {};
INSTANTIATE_TEST_SUITE_P(Losses, TrialBatches, testing::Values(LossKind::mean_squared_error, LossKind::cross_entropy));

TEST_P(TrialBatches, column_is_step_times_trials_plus_trial) {
  const NoiseTask task(GetParam());
  TrialBatch<double> batch;
  fill_training_batch(task, kTraining, 10, 6, batch);
  ASSERT_EQ(batch.n_columns(), 30);
  EXPECT_TRUE(batch.inputs.row(3).isOnes(0));
  for (Index position = 0; position < 6; ++position) {
    const auto index = static_cast<std::uint64_t>(10 + position);
    RandomStream own = kTraining.substream(index);
    Trial trial;
    task.training_trial(index, own, trial);
    EXPECT_EQ(batch.conditions[static_cast<std::size_t>(position)], trial.condition);
    for (Index step = 0; step < 5; ++step) {
      const Index column = step * 6 + position;
      EXPECT_EQ(batch.inputs.col(column).head(3), trial.inputs.col(step));
      EXPECT_EQ(batch.mask.col(column), trial.mask.col(step));
      if (GetParam() == LossKind::mean_squared_error) {
        EXPECT_EQ(batch.targets.col(column), trial.targets.col(step));
      } else {
        EXPECT_EQ(batch.classes[static_cast<std::size_t>(column)], trial.classes[static_cast<std::size_t>(step)]);
      }
    }
  }
}

TEST_P(TrialBatches, trial_i_is_the_same_however_batches_are_cut) {
  const NoiseTask task(GetParam());
  TrialBatch<float> whole;
  fill_training_batch(task, kTraining, 0, 24, whole);
  EXPECT_FALSE(shown(whole, 0) == shown(whole, 1));
  TrialBatch<float> part;  // used again for all sizes: nothing of the batch before may stay
  for (const Index size : {24, 1, 8, 5, 3}) {
    for (Index first = 0; first + size <= 24; first += size) {
      fill_training_batch(task, kTraining, static_cast<std::uint64_t>(first), size, part);
      for (Index i = 0; i < size; ++i) EXPECT_TRUE(shown(part, i) == shown(whole, first + i)) << size << " " << i;
    }
  }
}

TEST_P(TrialBatches, evaluation_has_every_condition_once_whatever_was_drawn_for_training) {
  const NoiseTask task(GetParam());
  TrialBatch<float> before, training, after;
  fill_evaluation_batch(task, kEvaluation, before);
  fill_training_batch(task, kTraining, 0, 100, training);
  fill_evaluation_batch(task, kEvaluation, after);
  EXPECT_EQ(before.conditions, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(before.n_steps, 7);
  EXPECT_EQ(before.inputs, after.inputs);
  EXPECT_TRUE(before.inputs.row(3).isOnes(0));
}

TEST_P(TrialBatches, repeats_of_a_condition_are_neighbours_and_never_change_the_first) {
  TrialBatch<float> once, often, more;
  fill_evaluation_batch(NoiseTask(GetParam()), kEvaluation, once);
  fill_evaluation_batch(NoiseTask(GetParam(), 3), kEvaluation, often);
  fill_evaluation_batch(NoiseTask(GetParam(), 5), kEvaluation, more);
  EXPECT_EQ(often.conditions, (std::vector<int>{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3}));
  std::set<float> first_inputs;
  for (Index condition = 0; condition < 4; ++condition) {
    EXPECT_TRUE(shown(often, 3 * condition) == shown(once, condition)) << condition;
    for (Index repeat = 0; repeat < 3; ++repeat) {
      EXPECT_TRUE(shown(often, 3 * condition + repeat) == shown(more, 5 * condition + repeat)) << condition;
      first_inputs.insert(often.inputs(0, 3 * condition + repeat));
    }
  }
  EXPECT_EQ(first_inputs.size(), 12U) << "two trials are alike";
}

TEST_P(TrialBatches, a_trial_is_taken_out_as_it_was_put_in) {
  const NoiseTask task(GetParam());
  TrialBatch<double> batch;
  fill_training_batch(task, kTraining, 0, 6, batch);
  for (const std::uint64_t i : {0, 5}) {
    RandomStream own = kTraining.substream(i);
    Trial trial;
    task.training_trial(i, own, trial);
    const Trial taken = take_trial(batch, static_cast<Index>(i));
    EXPECT_EQ(taken.targets, trial.targets);
    EXPECT_EQ(taken.classes, trial.classes);
    EXPECT_EQ(taken.mask, trial.mask);
    EXPECT_EQ(taken.condition, trial.condition);
  }
}

TEST_P(TrialBatches, performance_is_the_mean_over_trials) {
  const NoiseTask task(GetParam());
  TrialBatch<double> batch;
  fill_training_batch(task, kTraining, 3, 2, batch);
  MatrixXd outputs(2, batch.n_columns());
  for (Index i = 0; i < outputs.size(); ++i) outputs(i) = static_cast<double>(i);
  double sum = 0;
  for (const std::uint64_t i : {0, 1}) {
    RandomStream own = kTraining.substream(3 + i);
    Trial trial;
    task.training_trial(3 + i, own, trial);
    MatrixXd own_outputs(2, 5);
    for (Index step = 0; step < 5; ++step) own_outputs.col(step) = outputs.col(2 * step + static_cast<Index>(i));
    sum += task.performance(trial, own_outputs);
  }
  EXPECT_NEAR(mean_performance(task, batch, outputs), sum / 2, 1e-12);
}

TEST_P(TrialBatches, training_and_evaluation_trials_come_from_separate_streams) {
  const NoiseTask task(GetParam());
  TrialBatch<float> training, evaluation;
  fill_training_batch(task, kTraining, 0, 4, training);
  fill_evaluation_batch(task, kEvaluation, evaluation);
  for (Index i = 0; i < 4; ++i) EXPECT_NE(shown(training, i).inputs(0, 0), shown(evaluation, i).inputs(0, 0));
}

TEST(TrialBatch, batches_of_a_task_change_with_the_stream) {
  const auto task = tasks().make("center_out_reach_hatsopoulos_2007");
  TrialBatch<float> one, same, other;
  fill_training_batch(*task, kTraining, 0, 20, one);
  fill_training_batch(*task, RandomStream("data", "trial batches", 1), 0, 20, same);
  fill_training_batch(*task, RandomStream("data", "trial batches", 2), 0, 20, other);
  EXPECT_EQ(one.inputs, same.inputs);
  EXPECT_EQ(one.targets, same.targets);
  EXPECT_NE(one.conditions, other.conditions);
}

}  // namespace
}  // namespace cohort::test
