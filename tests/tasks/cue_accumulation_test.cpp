#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

constexpr Index kCues = 7, kPeriod = 150, kSilence = 50, kRecallStart = 2100, kSteps = 2250;

std::unique_ptr<Task> cue_task(const std::string& parameters = "") {
  return tasks().make("cue_accumulation" + (parameters.empty() ? "" : "/" + parameters));
}

/// Number of right cues, by the side that fires in each cue.
int right_cues(const Trial& trial) {
  int n = 0;
  for (Index cue = 0; cue < kCues; ++cue) {
    const auto window = trial.inputs.middleCols(kPeriod * cue + kSilence, kPeriod - kSilence);
    n += window.middleRows(10, 10).sum() > window.topRows(10).sum();
  }
  return n;
}

TEST(CueAccumulation, each_cue_fires_one_side_after_a_silence) {
  const auto task = cue_task();
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Trial trial = training_trial(*task, i);
    ASSERT_EQ(trial.inputs.rows(), 40);
    ASSERT_EQ(trial.inputs.cols(), kSteps);
    for (Index cue = 0; cue < kCues; ++cue) {
      EXPECT_TRUE(trial.inputs.block(0, kPeriod * cue, 20, kSilence).isZero(0)) << cue;
      const double left = trial.inputs.block(0, kPeriod * cue + kSilence, 10, 100).sum();
      const double right = trial.inputs.block(10, kPeriod * cue + kSilence, 10, 100).sum();
      EXPECT_EQ(std::min(left, right), 0) << cue;
      EXPECT_GT(std::max(left, right), 0) << cue;
    }
    EXPECT_TRUE(trial.inputs.block(0, kCues * kPeriod, 20, kSteps - kCues * kPeriod).isZero(0));
    EXPECT_TRUE(trial.inputs.block(20, 0, 10, kRecallStart).isZero(0));
  }
}

TEST(CueAccumulation, units_fire_at_their_rates) {
  const auto task = cue_task();
  constexpr int n = 200;
  double cue = 0, recall = 0, noise = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, i);
    cue += trial.inputs.topRows(20).sum();
    recall += trial.inputs.middleRows(20, 10).sum();
    noise += trial.inputs.bottomRows(10).sum();
  }
  const auto near = [](double spikes, double expected) {
    return std::abs(spikes - expected) < 4 * std::sqrt(expected);
  };
  EXPECT_PRED2(near, cue, n * 10 * 0.7 * 40);  // units, seconds, Hz
  EXPECT_PRED2(near, recall, n * 10 * 0.15 * 40);
  EXPECT_PRED2(near, noise, n * 10 * 2.25 * 10);
}

TEST(CueAccumulation, counting_the_cues_is_always_right) {
  const auto task = cue_task();
  int n_contested = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Trial trial = training_trial(*task, i);
    const int right = right_cues(trial), answer = right > 3;
    EXPECT_EQ(trial.classes.back(), answer);
    EXPECT_EQ(trial.condition, answer);
    n_contested += right > 0 && right < 7;
  }
  EXPECT_GT(n_contested, 200);  // one cue would not do
}

TEST(CueAccumulation, the_answer_counts_during_recall_only) {
  const Trial trial = training_trial(*cue_task(), 0);
  EXPECT_TRUE(trial.mask.leftCols(kRecallStart).isZero(0));
  EXPECT_TRUE(trial.mask.rightCols(kSteps - kRecallStart).isOnes(0));
}

TEST(CueAccumulation, the_mean_logits_of_recall_decide_not_the_last) {
  const auto task = cue_task();
  for (std::uint64_t i = 0; i < 10; ++i) {
    const Trial trial = training_trial(*task, i);
    const Index right = class_at(trial, kSteps - 1);
    MatrixXd outputs = MatrixXd::Zero(2, kSteps);
    outputs.row(1 - right).head(kRecallStart).setConstant(100);  // before recall nothing counts
    outputs.row(right).tail(kSteps - kRecallStart).setConstant(0.1);
    outputs.row(1 - right).tail(20).setConstant(0.5);  // wrong at the last step: 20 x 0.5 < 150 x 0.1
    EXPECT_EQ(task->performance(trial, outputs), 1);
    outputs.row(1 - right).tail(40).setConstant(0.5);  // 40 x 0.5 > 150 x 0.1
    EXPECT_EQ(task->performance(trial, outputs), 0);
    outputs(right, kSteps - 1) = 1;  // right at the last step, wrong on average
    EXPECT_EQ(task->performance(trial, outputs), 0);
  }
}

TEST(CueAccumulation, sides_and_numbers_of_cues_come_as_often_as_they_should) {
  const auto task = cue_task("dt=10,delay=0,recall=10,group=1,rate=100");
  constexpr int n = 5000;
  std::vector<double> counts(kCues + 1);
  for (int i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, static_cast<std::uint64_t>(i));
    std::size_t right = 0;
    for (Index cue = 0; cue < kCues; ++cue) right += trial.inputs.row(1).segment(15 * cue + 5, 10).sum() > 0;
    ++counts.at(right);
  }
  // Half the trials favour each side: binomial with p = .7, mixed with its mirror image. Ends: 7 of 7, or none.
  for (std::size_t right = 0; right <= kCues; ++right) {
    const double k = static_cast<double>(right), ways = std::tgamma(8) / std::tgamma(k + 1) / std::tgamma(8 - k);
    const double p = ways * (std::pow(.7, k) * std::pow(.3, 7 - k) + std::pow(.3, k) * std::pow(.7, 7 - k)) / 2;
    EXPECT_NEAR(counts[right], n * p, 4 * std::sqrt(n * p)) << right;
  }
}

TEST(CueAccumulation, evaluation_shows_the_answer_it_is_asked_for) {
  const auto task = cue_task();
  EXPECT_EQ(task->info().n_repeats, 32);
  EXPECT_EQ(task->info().conditions, (std::vector<std::string>{"left", "right"}));
  for (const int condition : {0, 1}) {
    RandomStream stream("evaluation", "", 1);
    Trial trial;
    for (int repeat = 0; repeat < 20; ++repeat) {
      task->evaluation_trial(condition, stream, trial);
      EXPECT_EQ(right_cues(trial) > 3, condition == 1);
    }
  }
}

TEST(CueAccumulation, smaller_versions_keep_the_layout) {
  const auto task = cue_task("dt=10,cues=3,delay=200,group=2,silence=0");
  const TaskInfo& info = task->info();
  EXPECT_EQ(info.n_inputs, 8);
  EXPECT_EQ(info.n_steps, 3 * 10 + 20 + 15);
  const Trial trial = training_trial(*task, 0);
  EXPECT_EQ((trial.mask.array() == 0).count(), 50);
  EXPECT_EQ(info.contexts.at(0).input.head(6), VectorXd::Zero(6));
  EXPECT_NEAR(info.contexts.at(0).input[7], 0.1, 1e-15);
}

TEST(CueAccumulation, extreme_parameters_work) {
  for (const char* more : {"cues=1", "cues=1001,dt=100,silence=0,rate=10,recall=100", "p=1", "p=0.5",
                           "delay=0,silence=0", "rate=0,noise_rate=0", "rate=1000,noise_rate=1000", "group=1"}) {
    SCOPED_TRACE(more);
    const auto task = cue_task(more);
    const Trial trial = training_trial(*task, 0);
    EXPECT_EQ(task->performance(trial, right_outputs(*task, trial)), 1);
    EXPECT_EQ(evaluation_trial(*task, 1).classes.back(), 1);
  }
}

TEST(CueAccumulation, what_cannot_be_asked_for_is_the_users_error) {
  EXPECT_THAT(user_error([] { cue_task("cues=6"); }), testing::HasSubstr("an even number of cues can be a draw"));
  EXPECT_THAT(user_error([] { cue_task("rate=400,dt=5"); }),
              testing::HasSubstr("400 Hz does not fit into steps of 5 ms"));
  EXPECT_THAT(user_error([] { cue_task("dt=100,rate=1,noise_rate=1"); }),
              testing::HasSubstr("an epoch of 50 ms has no step"));
}

}  // namespace
}  // namespace cohort::test
