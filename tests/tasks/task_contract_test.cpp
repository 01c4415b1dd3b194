#include <cohort/core/errors.hpp>
#include <cohort/tasks/trial_batch.hpp>

#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <set>

namespace cohort::test {
namespace {

const RandomStream kTraining("data", "task contract", 1), kEvaluation("evaluation", "task contract", 1);

/// Every task with its default parameters, and variants that work otherwise. Those that need a user's files are tested
/// with theirs.
std::vector<std::string> variants() {
  std::vector<std::string> names;
  const std::set<std::string> need_files = {"episodes", "from_file", "images", "reach_emg_sussillo_2015",
                                            "sequential_mnist"};
  for (const auto& description : tasks().catalogue().descriptions())
    if (!need_files.contains(description.name)) names.push_back(description.name);
  for (const char* more : {"yang_2019/task=dmsnogo", "yang_2019/task=all"}) names.push_back(more);
  return names;
}

bool equal(const Trial& a, const Trial& b) {
  return a.inputs == b.inputs && a.targets == b.targets && a.classes == b.classes && a.mask == b.mask &&
         a.condition == b.condition;
}

/// What every trial must be, whatever the task.
void expect_sound(const TaskInfo& info, Index n_steps, const Trial& trial) {
  ASSERT_EQ(trial.inputs.rows(), info.n_inputs);
  ASSERT_EQ(trial.inputs.cols(), n_steps);
  ASSERT_TRUE(trial.inputs.allFinite());
  ASSERT_EQ(trial.mask.cols(), n_steps);
  ASSERT_GE(trial.mask.minCoeff(), 0);
  ASSERT_GT(trial.mask.maxCoeff(), 0) << "nothing counts";
  ASSERT_GE(trial.condition, 0);
  ASSERT_LT(trial.condition, static_cast<int>(info.conditions.size()));
  if (info.loss == LossKind::mean_squared_error) {
    ASSERT_EQ(trial.mask.rows(), info.n_outputs);
    ASSERT_EQ(trial.targets.rows(), info.n_outputs);
    ASSERT_EQ(trial.targets.cols(), n_steps);
    ASSERT_TRUE(trial.targets.allFinite());
    ASSERT_TRUE(trial.classes.empty());
  } else {
    ASSERT_EQ(trial.mask.rows(), 1);
    ASSERT_EQ(trial.targets.size(), 0);
    ASSERT_EQ(trial.classes.size(), static_cast<std::size_t>(n_steps));
    for (const int c : trial.classes) ASSERT_TRUE(c >= 0 && c < info.n_outputs) << c;
  }
}

void expect_names(const std::vector<std::string>& names, Index n) {
  EXPECT_EQ(static_cast<Index>(names.size()), n);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size()) << "two share a name";
  for (const std::string& name : names) EXPECT_FALSE(name.empty());
}

class TaskContract : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Task> task_ = tasks().make(GetParam());
  const TaskInfo& info_ = task_->info();
};
INSTANTIATE_TEST_SUITE_P(Tasks, TaskContract, testing::ValuesIn(variants()), [](const auto& test) {
  std::string name = test.param;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

TEST_P(TaskContract, says_what_its_trials_are) {
  EXPECT_GT(info_.dt_ms, 0);
  EXPECT_GE(info_.n_repeats, 1);
  ASSERT_FALSE(info_.conditions.empty());
  const std::set<std::string> names(info_.conditions.begin(), info_.conditions.end());
  EXPECT_EQ(names.size(), info_.conditions.size()) << "two conditions share a name";
  expect_names(info_.input_names, info_.n_inputs);
  expect_names(info_.output_names, info_.n_outputs);
  EXPECT_GE(info_.first_sample_step, 0);
  EXPECT_GT(info_.n_sample_steps, 0);
  EXPECT_LE(info_.first_sample_step + info_.n_sample_steps, info_.n_evaluation_steps);
  for (const InputContext& context : info_.contexts) {
    EXPECT_EQ(context.input.size(), info_.n_inputs) << context.name;
    EXPECT_TRUE(context.input.allFinite()) << context.name;
  }
  const Description& description = tasks().catalogue().find(GetParam().substr(0, GetParam().find('/')));
  for (const std::string* text : {&description.summary, &description.equation, &description.reference})
    EXPECT_FALSE(text->empty());
}

TEST_P(TaskContract, trials_are_sound) {
  for (std::uint64_t i = 0; i < 40; ++i) {
    SCOPED_TRACE(i);
    expect_sound(info_, info_.n_steps, training_trial(*task_, i));
  }
  for (int condition = 0; condition < static_cast<int>(info_.conditions.size()); ++condition) {
    SCOPED_TRACE(info_.conditions[static_cast<std::size_t>(condition)]);
    const Trial trial = evaluation_trial(*task_, condition);
    expect_sound(info_, info_.n_evaluation_steps, trial);
    EXPECT_EQ(trial.condition, condition);
  }
}

TEST_P(TaskContract, a_trial_is_its_stream_and_its_number_alone) {
  const auto again = tasks().make(GetParam());
  Trial used = training_trial(*task_, 99);  // what was in it must not matter
  for (std::uint64_t i = 0; i < 10; ++i) {
    RandomStream own = RandomStream("test", "training", 1).substream(i);
    task_->training_trial(i, own, used);
    EXPECT_TRUE(equal(used, training_trial(*again, i))) << i;
  }
  const int last = static_cast<int>(info_.conditions.size()) - 1;
  EXPECT_TRUE(equal(evaluation_trial(*task_, last), evaluation_trial(*again, last)));
}

TEST_P(TaskContract, batches_can_be_cut_anywhere) {
  TrialBatch<float> whole, part;
  fill_training_batch(*task_, kTraining, 0, 6, whole);
  fill_training_batch(*task_, kTraining, 4, 2, part);
  for (Index i = 0; i < 2; ++i) {
    const auto in_whole = Eigen::seqN(4 + i, whole.n_steps, 6), in_part = Eigen::seqN(i, part.n_steps, 2);
    EXPECT_EQ(part.inputs(Eigen::all, in_part), whole.inputs(Eigen::all, in_whole)) << i;
  }
}

TEST_P(TaskContract, training_trials_are_all_the_same_where_the_task_says_so_and_only_there) {
  bool are_same = true;
  for (std::uint64_t i = 1; i < 20; ++i) are_same &= equal(training_trial(*task_, 0), training_trial(*task_, i));
  EXPECT_EQ(are_same, info_.has_one_trial);
}

TEST_P(TaskContract, repeats_differ_where_there_are_any) {
  if (info_.n_repeats == 1) return;
  TrialBatch<float> batch;
  fill_evaluation_batch(*task_, kEvaluation, batch);
  const auto first = Eigen::seqN(0, batch.n_steps, batch.n_trials);
  const auto second = Eigen::seqN(1, batch.n_steps, batch.n_trials);
  EXPECT_EQ(batch.conditions[0], batch.conditions[1]);
  EXPECT_NE(batch.inputs(Eigen::all, first).eval(), batch.inputs(Eigen::all, second).eval());
}

TEST_P(TaskContract, the_right_answer_scores_one_and_its_opposite_less) {
  if (!task_->has_performance()) {
    const Trial trial = training_trial(*task_, 0);
    EXPECT_THROW(task_->performance(trial, right_outputs(*task_, trial)), InternalError);
    return;
  }
  for (std::uint64_t i = 0; i < 40; ++i) {
    const Trial trial = training_trial(*task_, i);
    const MatrixXd outputs = right_outputs(*task_, trial);
    EXPECT_EQ(task_->performance(trial, outputs), 1) << i;
    const double opposite = task_->performance(trial, -outputs);
    EXPECT_LT(opposite, 1) << i;
    EXPECT_GE(opposite, 0) << i;
  }
}

}  // namespace
}  // namespace cohort::test
