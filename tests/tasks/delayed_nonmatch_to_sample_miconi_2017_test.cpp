#include <tasks/trials.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr const char* kName = "delayed_nonmatch_to_sample_miconi_2017";

TEST(DelayedNonmatchToSampleMiconi2017, stimuli_come_at_the_published_times) {
  const auto task = tasks().make(kName);
  for (int condition = 0; condition < 4; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    ASSERT_EQ(trial.inputs.cols(), 1000);
    const Index first = condition / 2, second = condition % 2;
    MatrixXd expected = MatrixXd::Zero(2, 1000);
    expected.row(first).segment(1, 200).setOnes();
    expected.row(second).segment(400, 200).setOnes();
    EXPECT_EQ(trial.inputs, expected) << condition;
  }
}

TEST(DelayedNonmatchToSampleMiconi2017, the_response_is_whether_the_stimuli_differ) {
  const auto task = tasks().make(kName);
  for (int condition = 0; condition < 4; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    const bool differ = trial.inputs.rowwise().sum() == Eigen::Vector2d(200, 200);
    EXPECT_EQ(differ, condition == 1 || condition == 2);
    EXPECT_TRUE((trial.targets.rightCols(200).array() == (differ ? 0.98 : -0.98)).all());
    EXPECT_TRUE(trial.mask.leftCols(800).isZero(0));
    EXPECT_TRUE(trial.mask.rightCols(200).isOnes(0));
  }
}

TEST(DelayedNonmatchToSampleMiconi2017, training_goes_round_the_conditions) {
  const auto task = tasks().make(kName);
  for (const int i : {0, 1, 2, 3, 4, 7})
    EXPECT_EQ(training_trial(*task, static_cast<std::uint64_t>(i)).condition, i % 4);
}

TEST(DelayedNonmatchToSampleMiconi2017, the_mean_absolute_error_of_the_response_decides) {
  const auto task = tasks().make(kName);
  const Trial same = evaluation_trial(*task, 0);
  MatrixXd outputs = MatrixXd::Constant(1, 1000, 5);  // wrong before the response: does not matter
  outputs.rightCols(200).setConstant(-0.01);
  EXPECT_EQ(task->performance(same, outputs), 1);
  outputs.rightCols(90).setConstant(0.01);
  EXPECT_EQ(task->performance(same, outputs), 1);
  outputs.rightCols(110).setConstant(0.01);
  EXPECT_EQ(task->performance(same, outputs), 0);
  outputs.rightCols(200).setConstant(-1.95);
  EXPECT_EQ(task->performance(same, outputs), 1);
  outputs.rightCols(200).setConstant(-1.97);  // the right sign, but an error of 0.99
  EXPECT_EQ(task->performance(same, outputs), 0);
}

TEST(DelayedNonmatchToSampleMiconi2017, a_silent_output_is_wrong) {
  const auto task = tasks().make(kName);
  for (int condition = 0; condition < 4; ++condition)
    EXPECT_EQ(task->performance(evaluation_trial(*task, condition), MatrixXd::Zero(1, 1000)), 0);
}

TEST(DelayedNonmatchToSampleMiconi2017, extreme_steps_and_responses_work) {
  for (const char* more : {"/dt=0.1", "/dt=100", "/response=400", "/response=0.1,dt=0.1", "/dt=1.5", "/dt=70"}) {
    SCOPED_TRACE(more);
    const auto task = tasks().make(std::string(kName) + more);
    const Trial trial = evaluation_trial(*task, 1);
    EXPECT_GT(trial.inputs.row(0).sum(), 0);
    EXPECT_GT(trial.inputs.row(1).sum(), 0);
    EXPECT_EQ(task->performance(trial, trial.targets), 1);
  }
}

TEST(DelayedNonmatchToSampleMiconi2017, longer_steps_keep_the_layout) {
  const auto task = tasks().make(std::string(kName) + "/dt=10,response=300");
  const Trial trial = evaluation_trial(*task, 1);
  ASSERT_EQ(trial.inputs.cols(), 100);
  EXPECT_EQ(trial.inputs.rowwise().sum(), Eigen::Vector2d(20, 20));
  EXPECT_TRUE(trial.inputs.row(0).head(20).isOnes(0));
  EXPECT_TRUE(trial.inputs.row(1).segment(40, 20).isOnes(0));
  EXPECT_EQ(trial.mask.sum(), 30);
}

}  // namespace
}  // namespace cohort::test
