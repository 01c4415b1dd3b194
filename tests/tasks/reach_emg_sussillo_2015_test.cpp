#include <cohort/core/npy_array.hpp>

#include <support/errors.hpp>
#include <support/temporary_directory.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t kReaches = 3, kPreparatory = 4, kSamples = 20, kMuscles = 2;

double prepared(Index reach, Index input) { return static_cast<double>(1 + 10 * reach + input); }
double emg(Index reach, Index sample, Index muscle) { return static_cast<double>(1000 * reach + 10 * sample + muscle); }

class ReachEmg : public testing::Test {
 protected:
  void SetUp() override {
    preparatory_.shape = {kReaches, kPreparatory};
    emg_.shape = {kReaches, kSamples, kMuscles};
    for (Index reach = 0; reach < static_cast<Index>(kReaches); ++reach) {
      for (Index i = 0; i < static_cast<Index>(kPreparatory); ++i) preparatory_.values.push_back(prepared(reach, i));
      for (Index sample = 0; sample < static_cast<Index>(kSamples); ++sample)
        for (Index muscle = 0; muscle < static_cast<Index>(kMuscles); ++muscle)
          emg_.values.push_back(emg(reach, sample, muscle));
    }
  }

  std::unique_ptr<Task> make(const std::string& more = "") const {
    write_npy(directory_.path("preparatory.npy"), preparatory_);
    write_npy(directory_.path("emg.npy"), emg_);
    return tasks().make("reach_emg_sussillo_2015/path=" + directory_.path() + more);
  }
  std::string message() const {
    return user_error([&] { make(); });
  }

  /// Checks everything of a trial whose times are given.
  static void expect_trial(const Trial& trial, Index preparation, Index go, Index lag) {
    const Index reach = trial.condition, end = go + lag + static_cast<Index>(kSamples);
    for (Index step = 0; step < trial.inputs.cols(); ++step) {
      const bool is_prepared = step >= preparation && step < go;
      for (Index i = 0; i < 4; ++i) ASSERT_EQ(trial.inputs(i, step), is_prepared ? prepared(reach, i) : 0) << step;
      ASSERT_EQ(trial.inputs(4, step), step < go ? 1 : 0);
      for (Index muscle = 0; muscle < 2; ++muscle) {
        ASSERT_EQ(trial.mask(muscle, step), step < end ? 1 : 0) << step;
        if (step >= end) continue;
        ASSERT_EQ(trial.targets(muscle, step), emg(reach, std::max<Index>(0, step - go - lag), muscle));
      }
    }
  }

  TemporaryDirectory directory_;
  NpyArray preparatory_, emg_;
};

TEST_F(ReachEmg, evaluation_prepares_then_moves_every_reach) {
  for (const Index lag : {0, 7}) {
    const auto task = make(",lag=" + std::to_string(lag));
    EXPECT_EQ(task->info().n_inputs, 5);
    EXPECT_EQ(task->info().n_outputs, 2);
    ASSERT_EQ(n_conditions(*task), 3);
    for (int reach = 0; reach < 3; ++reach) {
      const Trial trial = evaluation_trial(*task, reach);
      EXPECT_EQ(trial.condition, reach);
      expect_trial(trial, 25, 125, lag);
    }
  }
}

TEST_F(ReachEmg, training_draws_reaches_and_times) {
  const auto task = make(",lag=3");
  std::set<Index> preparations, delays, reaches;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Trial trial = training_trial(*task, i);
    Index preparation = 0;
    while (trial.inputs(0, preparation) == 0) ++preparation;
    const auto go = static_cast<Index>(trial.inputs.row(4).sum());
    expect_trial(trial, preparation, go, 3);
    preparations.insert(preparation);
    delays.insert(go - preparation);
    reaches.insert(trial.condition);
  }
  EXPECT_EQ(*preparations.begin(), 0);
  EXPECT_EQ(*preparations.rbegin(), 49);
  EXPECT_EQ(*delays.begin(), 50);
  EXPECT_EQ(*delays.rbegin(), 149);
  EXPECT_EQ(reaches.size(), 3U);
}

TEST_F(ReachEmg, the_longest_trial_fits) {
  const auto task = make();
  EXPECT_EQ(task->info().n_steps, 49 + 149 + 20);
}

TEST_F(ReachEmg, what_is_wrong_with_the_files_is_told) {
  EXPECT_THAT(user_error([] { tasks().make("reach_emg_sussillo_2015"); }),
              AllOf(HasSubstr("has no recordings"), HasSubstr("preparatory.npy and emg.npy")));
  EXPECT_THAT(user_error([] { tasks().make("reach_emg_sussillo_2015/path=nowhere"); }),
              HasSubstr("nowhere: there is no such folder or file"));
  emg_.values[5] = std::numeric_limits<double>::infinity();
  EXPECT_THAT(message(), HasSubstr("emg.npy holds a NaN or an infinity"));
  emg_.values[5] = 0;
  emg_.shape = {kReaches, kSamples * kMuscles};
  EXPECT_THAT(message(), HasSubstr("emg.npy has shape [3, 40] ([reaches, samples, muscles] is needed)"));
  emg_.shape = {kReaches * 2, kSamples / 2, kMuscles};
  EXPECT_THAT(message(), AllOf(HasSubstr("preparatory.npy has 3 reaches and "), HasSubstr("emg.npy has 6")));
}

TEST_F(ReachEmg, fingerprint_follows_the_recordings) {
  const std::string fingerprint = make()->info().fingerprint;
  emg_.values[3] += 1e-9;
  EXPECT_NE(make()->info().fingerprint, fingerprint);
}

}  // namespace
}  // namespace cohort::test
