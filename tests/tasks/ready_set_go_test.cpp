#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace cohort::test {
namespace {

Index first_on(const Trial& trial, Index input) {
  Index step = 0;
  while (trial.inputs(input, step) == 0) ++step;
  return step;
}

Index go_of(const Trial& trial) {
  return std::find(trial.classes.begin(), trial.classes.end(), 1) - trial.classes.begin();
}

/// Whether all of a trial is where the flashes' onsets and the gain say; the steps from ready to set.
Index expect_consistent(const Trial& trial, double gain, Index n_fixation, Index n_flash) {
  const Index ready = first_on(trial, 1), set = first_on(trial, 2), interval = set - ready;
  const Index production = set + n_flash, wait = std::lround(gain * static_cast<double>(interval));
  EXPECT_EQ(ready, n_fixation);
  EXPECT_EQ(trial.inputs.rowwise().sum(), Eigen::Vector3d(static_cast<double>(production), static_cast<double>(n_flash),
                                                          static_cast<double>(n_flash)));
  EXPECT_EQ(trial.inputs.row(0).head(production).sum(), static_cast<double>(production)) << "fixation until production";
  EXPECT_EQ(go_of(trial), production + wait);
  EXPECT_EQ(std::count(trial.classes.begin(), trial.classes.end(), 1), 1);
  EXPECT_EQ(last_counted(trial) + 1, production + 2 * wait);
  EXPECT_EQ(trial.mask.sum(), static_cast<double>(production + 2 * wait));
  return interval;
}

TEST(ReadySetGo, the_interval_that_was_shown_is_the_one_to_produce) {
  struct Case {
    const char* parameters;
    double gain;
    Index n_fixation, n_flash, n_shortest, n_longest;
  };
  const Case cases[] = {{"dt=80", 1, 1, 1, 10, 18},
                        {"dt=20", 1, 5, 4, 40, 74},
                        {"dt=20,gain=1.5", 1.5, 5, 4, 40, 74},
                        {"dt=1,gain=0.5", 0.5, 100, 83, 800, 1499}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    const auto task = tasks().make(std::string("ready_set_go/") + c.parameters);
    const double dt = task->info().dt_ms;
    std::set<Index> intervals;
    double sum = 0;
    for (std::uint64_t i = 0; i < 400; ++i) {
      const Index interval = expect_consistent(training_trial(*task, i), c.gain, c.n_fixation, c.n_flash);
      intervals.insert(interval);
      sum += static_cast<double>(interval) * dt / 400;
    }
    EXPECT_GE(*intervals.begin(), c.n_shortest);
    EXPECT_LE(*intervals.rbegin(), c.n_longest);
    EXPECT_NEAR(sum, 1150 - dt / 2, 4 * 700 / std::sqrt(12 * 400) + dt / 8);
  }
}

TEST(ReadySetGo, evaluation_shows_intervals_that_training_has) {
  for (const char* parameters : {"dt=80", "dt=20"}) {
    const auto task = tasks().make(std::string("ready_set_go/") + parameters);
    const double dt = task->info().dt_ms;
    std::set<Index> trained;
    for (std::uint64_t i = 0; i < 2000; ++i) {
      const Trial trial = training_trial(*task, i);
      trained.insert(first_on(trial, 2) - first_on(trial, 1));
    }
    ASSERT_EQ(n_conditions(*task), 5);
    Index previous = 0;
    for (int condition = 0; condition < 5; ++condition) {
      const Trial trial = evaluation_trial(*task, condition);
      const Index interval = first_on(trial, 2) - first_on(trial, 1);
      EXPECT_TRUE(trained.contains(interval)) << interval;
      EXPECT_GT(interval, previous);
      EXPECT_EQ(task->info().conditions[static_cast<std::size_t>(condition)],
                fmt::format("{}:interval={}ms", 1 + condition, static_cast<double>(interval) * dt));
      EXPECT_GE(trial.mask.sum(), static_cast<double>(task->info().n_sample_steps));
      previous = interval;
    }
    EXPECT_EQ(previous, *trained.rbegin());
  }
  const auto task = tasks().make("ready_set_go");  // dt=80
  EXPECT_EQ(task->info().n_sample_steps, 1 + 10 + 1 + 20);
  EXPECT_EQ(task->info().n_steps, 56);
}

TEST(ReadySetGo, where_training_has_few_intervals_evaluation_shows_them_all) {
  const auto task = tasks().make("ready_set_go/interval_min=800,interval_max=1000");
  const std::vector<std::string> names = {"1:interval=800ms", "2:interval=880ms", "3:interval=960ms"};
  EXPECT_EQ(task->info().conditions, names);
  std::set<int> seen;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Trial trial = training_trial(*task, i);
    EXPECT_EQ(first_on(trial, 2) - first_on(trial, 1), 10 + trial.condition);
    seen.insert(trial.condition);
  }
  EXPECT_EQ(seen.size(), 3U);
}

TEST(ReadySetGo, a_go_near_the_right_time_is_right) {
  const auto task = tasks().make("ready_set_go");  // 80 ms
  const Trial trial = evaluation_trial(*task, 4);  // 1440 ms: within 313 ms, that is 3 steps
  const Index go = go_of(trial);
  for (const Index shift : {-4, -3, 0, 3, 4}) {
    MatrixXd outputs = MatrixXd::Zero(2, trial.mask.cols());
    outputs.row(0).setConstant(0.5);
    outputs(1, go + shift) = 1;
    EXPECT_EQ(task->performance(trial, outputs), std::abs(shift) <= 3 ? 1 : 0) << shift;
    outputs(1, 3) = 1;  // too early once is too early
    EXPECT_EQ(task->performance(trial, outputs), 0);
  }
  EXPECT_EQ(task->performance(trial, MatrixXd::Zero(2, trial.mask.cols())), 0) << "never";
}

TEST(ReadySetGo, limits_in_the_wrong_order_are_the_users_error) {
  EXPECT_THAT(user_error([] { tasks().make("ready_set_go/interval_min=2000"); }),
              testing::HasSubstr("interval_min=2000 is not possible"));
  EXPECT_THAT(user_error([] { tasks().make("ready_set_go/dt=54,interval_min=100"); }),
              testing::HasSubstr("interval_min=100 is not possible for ready_set_go (a flash lasts 2 steps of 54 ms)"));
}

TEST(ReadySetGo, extreme_parameters_make_trials) {
  for (const char* extreme : {"dt=0.1", "dt=83", "interval_max=1e5", "interval_min=100,interval_max=100", "gain=0.1",
                              "gain=100", "gain=0.1,interval_min=100,interval_max=100,dt=83"}) {
    SCOPED_TRACE(extreme);
    const auto task = tasks().make(std::string("ready_set_go/") + extreme);
    for (std::uint64_t i = 0; i < 4; ++i) {
      const Trial trial = training_trial(*task, i);
      EXPECT_EQ(task->performance(trial, right_outputs(*task, trial)), 1);
      EXPECT_LT(go_of(trial), last_counted(trial) + 1);
    }
    for (int condition = 0; condition < n_conditions(*task); ++condition)
      EXPECT_EQ(evaluation_trial(*task, condition).condition, condition);
  }
}

}  // namespace
}  // namespace cohort::test
