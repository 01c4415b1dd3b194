#include <cohort/recordings/npy_array.hpp>
#include <cohort/tasks/arm_kinematics.hpp>
#include <cohort/tasks/tasks.hpp>

#include <support/errors.hpp>
#include <support/shared_data.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cohort::test {
namespace {

constexpr double kBump[] = {.05, .1, .2, .35, .65, .8, .9,  .95, 1,  1,  1,  1,
                            1,   1,  1,  .95, .9,  .8, .65, .35, .2, .1, .05};
constexpr Index kCue = 23;

std::unique_ptr<Task> reach_task(const std::string& parameters = "") {
  return tasks().make("center_out_reach_hatsopoulos_2007" + (parameters.empty() ? "" : "/" + parameters));
}

Trial evaluation_trial(const Task& task, int condition) {
  RandomStream stream("test", "", 1);
  Trial trial;
  task.evaluation_trial(condition, stream, trial);
  return trial;
}

Trial training_trial(const Task& task, std::uint64_t index) {
  RandomStream stream = RandomStream("test", "", 1).substream(index);
  Trial trial;
  task.training_trial(index, stream, trial);
  return trial;
}

/// First step of the target cue, read off the inputs.
Index interval1_of(const Trial& trial) {
  Index step = 0;
  while (trial.inputs.col(step).head(2).norm() < 1e-3) ++step;
  return step;
}

/// First step without the hold cue, read off the inputs.
Index hold_end_of(const Trial& trial) {
  Index step = 0;
  while (step < trial.inputs.cols() && trial.inputs(2, step) > 0) ++step;
  return step;
}

TEST(CenterOutReach, evaluation_shows_each_target_as_a_smooth_bump) {
  const auto task = reach_task();
  ASSERT_EQ(task->info().conditions.size(), 8U);
  for (int reach = 0; reach < 8; ++reach) {
    const Trial trial = evaluation_trial(*task, reach);
    ASSERT_EQ(trial.inputs.cols(), 250);
    EXPECT_EQ(trial.condition, reach);
    const double direction = reach * std::numbers::pi / 4;
    for (Index step = 0; step < 250; ++step) {
      const double bump = step >= 25 && step < 25 + kCue ? kBump[step - 25] : 0;
      EXPECT_NEAR(trial.inputs(0, step), std::sin(direction) * bump, 1e-15) << step;
      EXPECT_NEAR(trial.inputs(1, step), std::cos(direction) * bump, 1e-15) << step;
    }
  }
}

TEST(CenterOutReach, hold_cue_is_on_from_the_start_and_fades_out_before_the_reach) {
  const auto task = reach_task();
  const Trial trial = evaluation_trial(*task, 3);
  constexpr Index hold_end = 25 + kCue + 105;
  for (Index step = 0; step < 250; ++step) {
    const double expected = step < hold_end - 8 ? 1 : step < hold_end ? kBump[hold_end - 1 - step] : 0;
    EXPECT_EQ(trial.inputs(2, step), expected) << step;
  }
}

TEST(CenterOutReach, output_starts_offset_steps_after_the_end_of_the_hold_cue) {
  const ArmKinematics arm = minimum_jerk_reaches();
  for (const int offset : {-50, -10, 0, 40}) {
    const auto task = reach_task("offset=" + std::to_string(offset));
    for (int reach = 0; reach < 8; ++reach) {
      const Trial trial = evaluation_trial(*task, reach);
      const Index start = 25 + kCue + 105 + offset;
      EXPECT_TRUE(trial.targets.leftCols(start).isZero(0));
      EXPECT_EQ(trial.targets.row(0).segment(start, 51), arm.shoulder.col(reach).transpose());
      EXPECT_EQ(trial.targets.row(1).segment(start, 51), arm.elbow.col(reach).transpose());
      EXPECT_TRUE(trial.mask.leftCols(start + 51).isOnes(0)) << "the rest before the reach counts";
      EXPECT_TRUE(trial.mask.rightCols(250 - start - 51).isZero(0)) << "what comes after the recording does not";
    }
  }
}

TEST(CenterOutReach, samples_are_the_121_steps_around_onset) {
  EXPECT_EQ(reach_task()->info().first_sample_step, 105);
  EXPECT_EQ(reach_task()->info().n_sample_steps, 121);
  EXPECT_EQ(reach_task()->info().n_evaluation_steps, 250);
  EXPECT_EQ(reach_task("onset=80")->info().first_sample_step, 0);
  const TaskInfo last = reach_task("onset=209")->info();
  EXPECT_LE(last.first_sample_step + last.n_sample_steps, last.n_evaluation_steps);
}

TEST(CenterOutReach, training_trials_keep_the_layout_of_evaluation_trials) {
  const auto task = reach_task();
  const ArmKinematics arm = minimum_jerk_reaches();
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Trial trial = training_trial(*task, i);
    const Index interval1 = interval1_of(trial), hold_end = hold_end_of(trial), start = hold_end - 10;
    ASSERT_EQ(trial.inputs.cols(), 300);
    const double direction = trial.condition * std::numbers::pi / 4;
    for (Index step = 0; step < kCue; ++step)
      ASSERT_NEAR(trial.inputs(0, interval1 + step), std::sin(direction) * kBump[step], 1e-15);
    ASSERT_TRUE(trial.targets.leftCols(start).isZero(0));
    ASSERT_EQ(trial.targets.row(0).segment(start, 51), arm.shoulder.col(trial.condition).transpose());
    ASSERT_EQ(trial.mask.sum(), 2 * static_cast<double>(start + 51));
  }
}

/// Pearson's statistic of counts that should be equal; its mean is the number of bins - 1.
double chi_square(const std::vector<int>& counts, int n) {
  const double expected = static_cast<double>(n) / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

TEST(CenterOutReach, training_draws_targets_and_intervals_uniformly) {
  constexpr int n = 20000;
  const auto task = reach_task();
  std::vector<int> reaches(8), intervals1(50), intervals2(150);
  double product = 0;
  for (int i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, static_cast<std::uint64_t>(i));
    const Index interval1 = interval1_of(trial), interval2 = hold_end_of(trial) - kCue - interval1;
    ++reaches.at(static_cast<std::size_t>(trial.condition));  // at: values outside the range end the test
    ++intervals1.at(static_cast<std::size_t>(interval1));
    ++intervals2.at(static_cast<std::size_t>(interval2));
    product += (static_cast<double>(interval1) - 24.5) * (static_cast<double>(interval2) - 74.5);
  }
  // Exceeded once in 10,000 by truly uniform draws; every value of each range occurs, or the statistic is larger.
  EXPECT_LT(chi_square(reaches, n), 29.9);
  EXPECT_LT(chi_square(intervals1, n), 94.0);
  EXPECT_LT(chi_square(intervals2, n), 219.0);
  const double correlation = product / n / std::sqrt((50.0 * 50 - 1) / 12 * (150.0 * 150 - 1) / 12);
  EXPECT_LT(std::abs(correlation), 4 / std::sqrt(n));
}

TEST(CenterOutReach, output_is_cut_at_the_end_of_the_trial) {
  const auto task = reach_task("steps=230,offset=40");
  const ArmKinematics arm = minimum_jerk_reaches();
  int n_cut = 0, n_without_output = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Trial trial = training_trial(*task, i);
    ASSERT_EQ(trial.targets.cols(), 230);
    const Index start = hold_end_of(trial) + 40;
    if (start + 51 <= 230) continue;
    EXPECT_TRUE(trial.mask.isOnes(0));
    if (start >= 230) {
      ++n_without_output;
      EXPECT_TRUE(trial.targets.isZero(0));
    } else {
      ++n_cut;
      EXPECT_EQ(trial.targets.row(1).tail(230 - start), arm.elbow.col(trial.condition).head(230 - start).transpose());
    }
  }
  EXPECT_GT(n_cut, 50);
  EXPECT_GT(n_without_output, 5);
}

TEST(CenterOutReach, an_output_due_before_the_trial_starts_with_it) {
  const auto task = reach_task("offset=-50");
  Index earliest = 300;
  for (std::uint64_t i = 0; i < 20000; ++i) earliest = std::min(earliest, hold_end_of(training_trial(*task, i)));
  ASSERT_LT(earliest, 50);
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const Trial trial = training_trial(*task, i);
    if (hold_end_of(trial) != earliest) continue;
    EXPECT_EQ(trial.mask.row(0).sum(), 51);
    break;
  }
}

TEST(CenterOutReach, recorded_kinematics_are_the_targets) {
  const auto folder = shared_file("data/hatsopoulos2007");
  COHORT_SKIP_WITHOUT(folder);
  const auto task = reach_task("kinematics=" + folder.string());
  const ArmKinematics arm = recorded_reaches(folder.string());
  for (int reach = 0; reach < 8; ++reach) {
    const Trial trial = evaluation_trial(*task, reach);
    EXPECT_EQ(trial.targets.row(0).segment(143, 51), arm.shoulder.col(reach).transpose());
    EXPECT_EQ(trial.targets.row(1).segment(143, 51), arm.elbow.col(reach).transpose());
  }
  EXPECT_EQ(task->info().fingerprint, arm.fingerprint);
  EXPECT_NE(arm.shoulder, minimum_jerk_reaches().shoulder);
}

TEST(CenterOutReach, bad_kinematics_are_the_users_error) {
  EXPECT_THAT(user_error([] { reach_task("kinematics=nowhere"); }),
              testing::HasSubstr("nowhere: there is no such folder or file"));
}

}  // namespace
}  // namespace cohort::test
