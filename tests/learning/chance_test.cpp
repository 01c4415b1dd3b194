#include <cohort/learning/chance_of.hpp>

#include <cohort/learning/objective.hpp>
#include <cohort/tasks/tasks.hpp>

#include <support/easy_task.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

using testing::HasSubstr;

TrialBatch<float> trials_of(const Task& task) {
  TrialBatch<float> trials;
  fill_evaluation_batch(task, RandomStream("evaluation", "chance", 1), trials);
  return trials;
}

TEST(Chance, of_values_is_an_error_of_one_where_all_targets_vary) {
  const EasyTask task;
  auto trials = trials_of(task);
  const Chance chance = chance_of<float>(task, trials);
  EXPECT_EQ(chance.error, 1);
  EXPECT_TRUE(std::isnan(chance.accuracy));
  trials.targets.setConstant(2);
  EXPECT_EQ(chance_of<float>(task, trials).error, 0) << "the best constant is right";
}

TEST(Chance, of_classes_is_what_the_best_constant_outputs_score) {
  const auto task = tasks().make("context_integration_mante_2013");
  const auto trials = trials_of(*task);
  const Chance chance = chance_of<float>(*task, trials);
  const Objective<float> objective(LossKind::cross_entropy);
  double accuracy = 0, error = 1e9;
  const Index n_classes = task->info().n_outputs;
  for (Index choice = 0; choice < n_classes; ++choice) {
    Matrix<float> outputs = Matrix<float>::Zero(n_classes, trials.n_columns());
    outputs.row(choice).setOnes();
    accuracy = std::max(accuracy, objective.score(trials, outputs).accuracy);
  }
  EXPECT_EQ(chance.accuracy, accuracy);
  EXPECT_GT(accuracy, 1 / static_cast<double>(n_classes)) << "one class is never the answer";
  RandomStream stream("test-outputs", "", 1);
  for (int draw = 0; draw < 200; ++draw) {  // no constant is better than the entropy
    Matrix<float> column(n_classes, 1);
    for (float& value : column.reshaped()) value = static_cast<float>(2 * stream.normal());
    error = std::min(error, objective.score(trials, column.replicate(1, trials.n_columns())).error);
  }
  EXPECT_LE(chance.error, error + 1e-9);
  EXPECT_GT(chance.error, error - 0.1);
}

TEST(Chance, of_tasks_that_judge_themselves_is_what_they_say_or_what_constants_score) {
  for (const auto& [name, expected] : {std::pair{"flip_flop", 0.5},
                                       {"cue_accumulation", 0.5},
                                       {"store_recall", 0.5},
                                       {"delayed_nonmatch_to_sample_miconi_2017", 0.5},
                                       {"copy", 1.0 / 8}})
    EXPECT_EQ(chance_of<float>(*tasks().make(name), trials_of(*tasks().make(name))).accuracy, expected) << name;
  const auto task = tasks().make("ready_set_go");
  EXPECT_LT(chance_of<float>(*task, trials_of(*task)).accuracy, 0.5);
}

/// What a task says of itself, against many constants on many trials.
TEST(Chance, a_task_does_not_say_less_than_constants_score) {
  for (const std::string name : {"adding/sequences=2000", "flip_flop/sequences=500", "store_recall"}) {
    const auto task = tasks().make(name);
    const auto trials = trials_of(*task);
    double best = 0;
    for (const double level : {-1.0, -0.5, 0.0, 0.5, 0.9, 1.0, 1.1}) {
      Matrix<float> outputs = Matrix<float>::Zero(task->info().n_outputs, trials.n_columns());
      if (trials.classes.empty()) {
        outputs.setConstant(static_cast<float>(level));
      } else {
        outputs.row(0).setConstant(static_cast<float>(level));
      }
      best = std::max(best, mean_performance(*task, trials, outputs));
    }
    EXPECT_NEAR(best, task->chance(), 0.03) << name;
  }
}

TEST(Chance, levels_at_or_below_it_are_warned_of) {
  const SnapshotPlan plan{{0.5, 1.0}, {0.5, 0.8}, {0}, false};
  const auto labels = plan.labels();
  const auto chance = chance_of_levels(plan, {1, 0.5});
  ASSERT_EQ(chance.size(), labels.size());
  std::vector<std::string> warnings;
  for (std::size_t level = 0; level < labels.size(); ++level)
    if (auto warning = chance_warning(labels[level], chance[level]); !warning.empty()) warnings.push_back(warning);
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_THAT(warnings[0], HasSubstr("error<=1 is at chance or below: outputs that never change score 1"));
  EXPECT_THAT(warnings[1], HasSubstr("accuracy>=0.5"));
}

}  // namespace
}  // namespace cohort::test
