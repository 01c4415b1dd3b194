#include <cohort/recordings/npy_array.hpp>
#include <cohort/tasks/trial_batch.hpp>

#include <support/errors.hpp>
#include <support/temporary_directory.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <set>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kTrials = 4, kSteps = 5, kInputs = 3, kOutputs = 2;

NpyArray numbered(const std::vector<std::size_t>& shape, double first = 0) {
  std::size_t n = 1;
  for (const std::size_t extent : shape) n *= extent;
  NpyArray array{shape, {}};
  for (std::size_t i = 0; i < n; ++i) array.values.push_back(first + static_cast<double>(i));
  return array;
}

class FromFile : public testing::Test {
 protected:
  void SetUp() override {
    write("inputs", numbered({kTrials, kSteps, kInputs}));
    write("targets", numbered({kTrials, kSteps, kOutputs}, 1000));
  }

  void write(const std::string& name, const NpyArray& array) const { write_npy(directory_.path(name + ".npy"), array); }
  void write_text(const std::string& name, const std::string& text) const {
    std::ofstream(directory_.path(name + ".txt")) << text;
  }
  void remove(const std::string& name) const { std::filesystem::remove(directory_.path(name + ".npy")); }

  std::unique_ptr<Task> make(const std::string& more = "") const {
    return tasks().make("from_file/path=" + directory_.path() + more);
  }
  std::string message(const std::string& more = "") const {
    const std::string text = user_error([&] { make(more); });
    EXPECT_THAT(text, Not(HasSubstr("\n")));
    return text;
  }

  TemporaryDirectory directory_;
};

TEST_F(FromFile, trials_are_the_arrays_of_the_user) {
  const auto task = make(",dt=7");
  const TaskInfo& info = task->info();
  EXPECT_EQ(info.n_inputs, 3);
  EXPECT_EQ(info.n_outputs, 2);
  EXPECT_EQ(info.n_steps, 5);
  EXPECT_EQ(info.dt_ms, 7);
  EXPECT_EQ(info.loss, LossKind::mean_squared_error);
  ASSERT_EQ(n_conditions(*task), 4);
  for (int i = 0; i < 4; ++i) {
    const Trial trial = evaluation_trial(*task, i);
    EXPECT_EQ(trial.condition, i);
    EXPECT_TRUE(trial.mask.isOnes(0));
    for (Index step = 0; step < 5; ++step) {
      for (Index k = 0; k < 3; ++k) EXPECT_EQ(trial.inputs(k, step), static_cast<double>((i * 5 + step) * 3 + k));
      for (Index k = 0; k < 2; ++k)
        EXPECT_EQ(trial.targets(k, step), static_cast<double>(1000 + (i * 5 + step) * 2 + k));
    }
  }
}

TEST_F(FromFile, training_draws_every_trial_equally_often) {
  const auto task = make();
  std::vector<int> counts(kTrials);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Trial trial = training_trial(*task, i);
    EXPECT_EQ(trial.inputs, evaluation_trial(*task, trial.condition).inputs);
    ++counts.at(static_cast<std::size_t>(trial.condition));
  }
  for (const int count : counts) EXPECT_NEAR(count, 500, 4 * std::sqrt(375));
}

TEST_F(FromFile, masks_are_per_step_or_per_output) {
  write("mask", numbered({kTrials, kSteps}));
  Trial trial = evaluation_trial(*make(), 2);
  for (Index step = 0; step < 5; ++step)
    EXPECT_EQ(trial.mask.col(step), VectorXd::Constant(2, static_cast<double>(10 + step)));
  write("mask", numbered({kTrials, kSteps, kOutputs}));
  trial = evaluation_trial(*make(), 2);
  for (Index step = 0; step < 5; ++step) EXPECT_EQ(trial.mask(1, step), static_cast<double>(20 + 2 * step + 1));
}

TEST_F(FromFile, classes_are_per_step_or_per_trial) {
  remove("targets");
  write("classes", {{kTrials}, {0, 2, 1, 2}});
  const auto task = make();
  EXPECT_EQ(task->info().n_outputs, 3);
  EXPECT_EQ(task->info().loss, LossKind::cross_entropy);
  EXPECT_EQ(evaluation_trial(*task, 1).classes, std::vector<int>(5, 2));
  NpyArray each = numbered({kTrials, kSteps});
  write("classes", each);
  EXPECT_EQ(evaluation_trial(*make(), 1).classes, (std::vector<int>{5, 6, 7, 8, 9}));
  EXPECT_EQ(make()->info().n_outputs, 20);
}

TEST_F(FromFile, conditions_gather_trials) {
  write("conditions", {{kTrials}, {1, 0, 1, 1}});
  const auto task = make(",repeats=5");
  EXPECT_EQ(n_conditions(*task), 2);
  EXPECT_EQ(task->info().n_repeats, 5);
  std::set<double> shown;
  for (std::uint64_t repeat = 0; repeat < 40; ++repeat) {
    EXPECT_EQ(evaluation_trial(*task, 0, repeat).inputs(0, 0), 15);
    shown.insert(evaluation_trial(*task, 1, repeat).inputs(0, 0));
  }
  EXPECT_EQ(shown, (std::set<double>{0, 30, 45}));
}

TEST_F(FromFile, evaluation_shows_every_trial_of_every_condition) {
  write("conditions", {{kTrials}, {1, 0, 1, 1}});
  const auto task = make();
  EXPECT_EQ(task->info().repeats, (std::vector<Index>{1, 3}));
  EXPECT_EQ(task->info().n_evaluation_trials(), 4);
  TrialBatch<double> batch;
  fill_evaluation_batch(*task, RandomStream("test", "", 1), batch);
  ASSERT_EQ(batch.n_trials, 4);
  EXPECT_EQ(batch.conditions, (std::vector<int>{0, 1, 1, 1}));
  const std::vector<double> first{15, 0, 30, 45};  // inputs of trials 1, 0, 2, 3
  for (Index trial = 0; trial < 4; ++trial)
    EXPECT_EQ(batch.inputs(0, trial), first[static_cast<std::size_t>(trial)]) << trial;
}

TEST_F(FromFile, a_test_set_of_another_size_needs_no_conditions) {
  TemporaryDirectory other;
  write_npy(other.path("inputs.npy"), numbered({2, kSteps, kInputs}, 500));
  write_npy(other.path("targets.npy"), numbered({2, kSteps, kOutputs}));
  const auto task = make(",evaluation=" + other.path());
  EXPECT_EQ(n_conditions(*task), 2);
  EXPECT_EQ(evaluation_trial(*task, 1).inputs(0, 0), 515);
  std::set<int> conditions;
  for (std::uint64_t i = 0; i < 200; ++i) conditions.insert(training_trial(*task, i).condition);
  EXPECT_EQ(conditions, (std::set<int>{0, 1, 2, 3}));
  EXPECT_EQ(task->info().condition_name(1), "condition=1");
  EXPECT_EQ(task->info().condition_name(3), "training condition 3");
  // The other way round: more trials to test than to train.
  write_npy(other.path("inputs.npy"), numbered({9, kSteps, kInputs}));
  write_npy(other.path("targets.npy"), numbered({9, kSteps, kOutputs}));
  EXPECT_EQ(n_conditions(*make(",evaluation=" + other.path())), 9);
}

TEST_F(FromFile, what_is_masked_may_be_no_number) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  NpyArray targets = numbered({kTrials, kSteps, kOutputs}, 1000), mask = numbered({kTrials, kSteps, kOutputs}, 1);
  targets.values[13] = nan;
  mask.values[13] = 0;
  write("targets", targets);
  EXPECT_THAT(message(), HasSubstr("targets.npy holds a NaN or an infinity"));
  write("mask", mask);
  const Trial trial = evaluation_trial(*make(), 1);
  EXPECT_TRUE(trial.targets.allFinite());
  EXPECT_EQ(trial.targets(1, 1), 0);
  EXPECT_EQ(trial.targets(0, 2), 1014);
  targets.values[14] = nan;
  write("targets", targets);
  EXPECT_THAT(message(), HasSubstr("must be finite where the mask is not 0, as in trial 1"));

  remove("targets");
  NpyArray classes{{kTrials, kSteps}, std::vector<double>(kTrials * kSteps, 1)},
      counted = numbered({kTrials, kSteps}, 1);
  classes.values[7] = nan;
  counted.values[7] = 0;
  write("classes", classes);
  write("mask", counted);
  EXPECT_EQ(evaluation_trial(*make(), 1).classes[2], 0);
  EXPECT_THAT(make()->info().remarks, testing::ElementsAre(HasSubstr("cannot be failed"))) << "of what counts";
  write("classes", {{kTrials}, {0, 1, nan, 1}});
  EXPECT_THAT(message(), HasSubstr("every trial needs its class"));
}

TEST_F(FromFile, odd_classes_are_remarked_on) {
  remove("targets");
  write("classes", {{kTrials}, {1, 2, 3, 1}});
  EXPECT_EQ(make()->info().n_outputs, 4);
  EXPECT_THAT(make()->info().remarks,
              testing::ElementsAre(AllOf(HasSubstr("class 0 never occurs"), HasSubstr("4 outputs for 3 classes"))));
  write("classes", {{kTrials}, {2, 2, 2, 2}});
  EXPECT_THAT(make()->info().remarks, testing::ElementsAre(HasSubstr("all the same: a task that cannot be failed")));
  write("classes", {{kTrials}, {0, 1, 2, 1}});
  EXPECT_TRUE(make()->info().remarks.empty());
}

TEST_F(FromFile, evaluation_may_have_trials_of_its_own) {
  TemporaryDirectory other;
  write("conditions", {{kTrials}, {1, 0, 1, 1}});
  write_npy(other.path("inputs.npy"), numbered({2, 9, kInputs}, -500));
  write_npy(other.path("targets.npy"), numbered({2, 9, kOutputs}));
  const auto task = make(",evaluation=" + other.path());
  EXPECT_EQ(task->info().n_steps, 5);
  EXPECT_EQ(task->info().n_evaluation_steps, 9);
  EXPECT_EQ(evaluation_trial(*task, 0).inputs(0, 0), -500);
  TrialBatch<float> batch;
  fill_evaluation_batch(*task, RandomStream("test", "", 1), batch);
  EXPECT_EQ(batch.n_steps, 9);

  write_npy(other.path("inputs.npy"), numbered({1, 9, kInputs}));
  write_npy(other.path("targets.npy"), numbered({1, 9, kOutputs}));
  write_npy(other.path("conditions.npy"), {{1}, {0}});
  EXPECT_THAT(message(",evaluation=" + other.path()), HasSubstr("condition 1 has no evaluation trial"));
  write_npy(other.path("targets.npy"), numbered({1, 9, kOutputs + 1}));
  EXPECT_THAT(message(",evaluation=" + other.path()), HasSubstr("it has 3 outputs, training 2"));
  write_npy(other.path("inputs.npy"), numbered({1, 9, kInputs + 1}));
  EXPECT_THAT(message(",evaluation=" + other.path()), HasSubstr("does not fit the training trials"));
}

TEST_F(FromFile, names_are_those_of_the_user_or_numbers) {
  using testing::ElementsAre;
  const std::string fingerprint = make()->info().fingerprint;
  EXPECT_THAT(make()->info().input_names, ElementsAre("input 1", "input 2", "input 3"));
  EXPECT_THAT(make()->info().output_names, ElementsAre("output 1", "output 2"));
  EXPECT_TRUE(make()->info().numbers_conditions);
  write("conditions", {{kTrials}, {1, 0, 1, 1}});
  write_text("input_names", "fixation\r\nleft\r\nright\r\n");
  write_text("output_names", "x\ny\n");
  write_text("condition_names", "go\nno go\n");
  const auto task = make();
  EXPECT_THAT(task->info().input_names, ElementsAre("fixation", "left", "right"));
  EXPECT_THAT(task->info().output_names, ElementsAre("x", "y"));
  EXPECT_THAT(task->info().conditions, ElementsAre("go", "no go"));
  EXPECT_FALSE(task->info().numbers_conditions);
  remove("conditions");
  write_text("condition_names", "a\nb\nc\nd\n");
  EXPECT_EQ(make()->info().fingerprint, fingerprint) << "names are no data";
}

TEST_F(FromFile, names_that_cannot_be_are_refused) {
  write_text("input_names", "fixation\nleft\n");
  EXPECT_THAT(message(), AllOf(HasSubstr("input_names of "), HasSubstr("are 2 (the trials have 3)")));
  write_text("input_names", "fixation\nleft\nleft\n");
  EXPECT_THAT(message(), HasSubstr("holds 'left' twice"));
  write_text("input_names", "fixation\n\nleft\n");
  EXPECT_THAT(message(), HasSubstr("holds a blank name (it is number 1)"));
  write_text("input_names", "fixation\nleft\nright\n");
  write_text("condition_names", "go\n");
  EXPECT_THAT(message(), HasSubstr("are 1 (the trials have 4)"));
  remove("targets");
  write("classes", {{kTrials}, {0, 1, 0, 1}});
  write_text("condition_names", "a\nb\nc\nd\n");
  write_text("output_names", "left\nright\nnone\n");
  EXPECT_THAT(message(), HasSubstr("are 3 (the trials have 2). Give classes=..., their number."));
  EXPECT_EQ(make(",classes=3")->info().output_names.back(), "none");
}

TEST_F(FromFile, fingerprint_follows_the_data) {
  const std::string fingerprint = make()->info().fingerprint;
  EXPECT_EQ(make(",dt=3")->info().fingerprint, fingerprint);
  for (const char* name : {"inputs", "targets"}) {
    const NpyArray before = read_npy(directory_.path(std::string(name) + ".npy"));
    NpyArray after = before;
    after.values.back() += 1e-9;
    write(name, after);
    EXPECT_NE(make()->info().fingerprint, fingerprint) << name;
    write(name, before);
  }
  write("mask", numbered({kTrials, kSteps}));
  EXPECT_NE(make()->info().fingerprint, fingerprint);
}

TEST_F(FromFile, missing_files_are_named) {
  EXPECT_THAT(user_error([] { tasks().make("from_file"); }), HasSubstr("from_file has no trials"));
  EXPECT_THAT(user_error([] { tasks().make("from_file/path=nowhere"); }),
              HasSubstr("nowhere: there is no such folder or file"));
  write("classes", {{kTrials}, {0, 0, 0, 0}});
  EXPECT_THAT(message(), AllOf(HasSubstr("there is both "), HasSubstr("targets.npy and "),
                               HasSubstr("classes.npy (one of them is needed)")));
  remove("targets");
  remove("classes");
  EXPECT_THAT(message(),
              AllOf(HasSubstr("there is neither "), HasSubstr("targets.npy nor "), HasSubstr("classes.npy (one")));
}

TEST_F(FromFile, shapes_that_disagree_are_refused) {
  write("targets", numbered({kTrials, kSteps + 1, kOutputs}));
  EXPECT_THAT(message(), AllOf(HasSubstr("targets.npy has shape [4, 6, 2]"), HasSubstr("[4, 5, n_outputs] is needed")));
  write("targets", numbered({kTrials, kSteps, kOutputs}));
  write("mask", numbered({kTrials}));
  EXPECT_THAT(message(), AllOf(HasSubstr("mask.npy has shape [4]"), HasSubstr("[4, 5] or [4, 5, 2] is needed")));
  remove("mask");
  write("conditions", numbered({kTrials - 1}));
  EXPECT_THAT(message(), AllOf(HasSubstr("conditions.npy has shape [3]"), HasSubstr("[4] is needed")));
  write("inputs", numbered({kTrials}));
  EXPECT_THAT(message(), AllOf(HasSubstr("inputs.npy has shape [4]"), HasSubstr("[trials, steps, n_inputs]"),
                               HasSubstr("[samples, n_inputs]")));
}

TEST_F(FromFile, samples_without_time_are_trials_of_one_step) {
  write("inputs", numbered({kTrials, 3}));
  EXPECT_THAT(message(), HasSubstr("[4, 1, n_outputs] is needed"));  // of those that are there
  write("targets", numbered({kTrials, kOutputs}));
  remove("mask");
  remove("conditions");
  const auto task = make();
  EXPECT_EQ(task->info().n_steps, 1);
  EXPECT_EQ(task->info().n_inputs, 3);
  const Trial trial = evaluation_trial(*task, 2);
  EXPECT_EQ(trial.inputs(1, 0), numbered({kTrials, 3}).values[2 * 3 + 1]);
  EXPECT_EQ(trial.targets(1, 0), numbered({kTrials, kOutputs}).values[2 * kOutputs + 1]);
}

TEST_F(FromFile, values_that_cannot_be_are_refused) {
  NpyArray targets = numbered({kTrials, kSteps, kOutputs});
  targets.values[7] = std::numeric_limits<double>::quiet_NaN();
  write("targets", targets);
  EXPECT_THAT(message(), HasSubstr("targets.npy holds a NaN"));
  remove("targets");
  write("classes", {{kTrials}, {0, 1, 0.5, 1}});
  EXPECT_THAT(message(), HasSubstr("classes.npy holds 0.5 (whole numbers from 0 to 999999 are needed)"));
  write("classes", {{kTrials}, {0, 1, -1, 1}});
  EXPECT_THAT(message(), HasSubstr("classes.npy holds -1"));
  write("classes", {{kTrials}, {0, 1, 3, 1}});
  EXPECT_EQ(make(",classes=4")->info().n_outputs, 4);
  EXPECT_EQ(make(",classes=9")->info().n_outputs, 9);
  EXPECT_THAT(message(",classes=3"), HasSubstr("classes.npy holds 3 (whole numbers from 0 to 2 are needed)"));
  write("classes", {{kTrials}, {0, 1, 1, 1}});
  NpyArray mask = numbered({kTrials, kSteps}, 1);
  mask.values[3] = -1;
  write("mask", mask);
  EXPECT_THAT(message(), HasSubstr("mask.npy holds -1 (weights must not be negative)"));
  mask = numbered({kTrials, kSteps}, 1);
  for (std::size_t step = 0; step < kSteps; ++step) mask.values[2 * kSteps + step] = 0;
  write("mask", mask);
  EXPECT_THAT(message(), HasSubstr("mask.npy counts nothing of trial 2"));
}

}  // namespace
}  // namespace cohort::test
