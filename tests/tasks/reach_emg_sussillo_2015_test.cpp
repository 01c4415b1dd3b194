#include <cohort/recordings/npy_array.hpp>

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
  static void expect_trial(const Trial& trial, Index interval1, Index interval2, Index offset) {
    constexpr double rise[] = {.05, .1, .2, .35, .65, .8, .9, .95};
    const Index reach = trial.condition, go = interval1 + 8 + interval2, start = go + offset;
    for (Index step = 0; step < trial.inputs.cols(); ++step) {
      double cue = 0;
      if (step >= interval1 && step < interval1 + 8) cue = rise[step - interval1];
      if (step >= interval1 + 8 && step < go) cue = 1;
      if (step >= go && step < go + 8) cue = rise[7 - (step - go)];
      for (Index i = 0; i < 4; ++i) ASSERT_EQ(trial.inputs(i, step), cue * prepared(reach, i)) << step;
      ASSERT_EQ(trial.inputs(4, step), step < go ? 1 : cue) << step;
      for (Index muscle = 0; muscle < 2; ++muscle) {
        const Index sample = step - start;
        const bool is_after = sample >= static_cast<Index>(kSamples);
        ASSERT_EQ(trial.mask(muscle, step), is_after ? 0 : 1) << step;
        const double expected = sample < 0 ? 0 : emg(reach, sample, muscle);
        ASSERT_EQ(trial.targets(muscle, step), is_after ? 0 : expected) << step;
      }
    }
  }

  TemporaryDirectory directory_;
  NpyArray preparatory_, emg_;
};

TEST_F(ReachEmg, evaluation_prepares_then_moves_every_reach) {
  for (const Index offset : {-8, -6, 0, 7}) {
    const auto task = make(",offset=" + std::to_string(offset));
    EXPECT_EQ(task->info().n_inputs, 5);
    EXPECT_EQ(task->info().n_outputs, 2);
    ASSERT_EQ(n_conditions(*task), 3);
    for (int reach = 0; reach < 3; ++reach) {
      const Trial trial = evaluation_trial(*task, reach);
      EXPECT_EQ(trial.condition, reach);
      expect_trial(trial, 25, 105, offset);
      EXPECT_EQ(trial.inputs(4, trial.inputs.cols() - 1), 0) << "the cue has faded";
    }
  }
}

TEST_F(ReachEmg, training_draws_reaches_and_times) {
  const auto task = make();
  EXPECT_EQ(task->info().n_steps, 300);
  std::set<Index> first, second, reaches;
  for (std::uint64_t i = 0; i < 1500; ++i) {
    const Trial trial = training_trial(*task, i);
    Index interval1 = 0, go = 0;
    while (trial.inputs(0, interval1) == 0) ++interval1;
    while (trial.inputs(4, go) == 1) ++go;
    expect_trial(trial, interval1, go - interval1 - 8, -6);
    first.insert(interval1);
    second.insert(go - interval1 - 8);
    reaches.insert(trial.condition);
  }
  EXPECT_EQ(first.size(), 50U);
  EXPECT_EQ(*first.rbegin(), 49);
  EXPECT_EQ(*second.begin(), 0);
  EXPECT_EQ(*second.rbegin(), 149);
  EXPECT_EQ(reaches.size(), 3U);
}

TEST_F(ReachEmg, what_does_not_fit_of_the_output_is_cut_off) {
  const auto task = make(",steps=207,offset=0");
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Trial trial = training_trial(*task, i);
    EXPECT_EQ(trial.mask.cols(), 207);
    EXPECT_GT(trial.targets.col(206).cwiseAbs().sum() + (1 - trial.mask(0, 206)), 0) << "the reach is there";
  }
  EXPECT_THAT(user_error([&] { make(",steps=206,offset=0"); }),
              HasSubstr("steps=206 is not possible for reach_emg_sussillo_2015 (the output of the longest preparation "
                        "starts at step 206)"));
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
