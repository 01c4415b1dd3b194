#include <cohort/recordings/recording_choice.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Two units, four times, two conditions, three trials: 1000 unit + 100 condition + 10 time + trial.
Recording recording() {
  NpyArray array{{2, 4, 2, 3}, {}};
  for (int unit = 0; unit < 2; ++unit)
    for (int time = 0; time < 4; ++time)
      for (int condition = 0; condition < 2; ++condition)
        for (int trial = 0; trial < 3; ++trial)
          array.values.push_back(1000 * unit + 100 * condition + 10 * time + trial);
  return recording_from(array, "m1.npy");
}

TEST(RecordingChoice, of_everything_leaves_the_recording_and_its_content) {
  const Recording whole = chosen(recording(), {});
  EXPECT_EQ(whole.content, recording().content);
  EXPECT_EQ(whole.values, recording().values);
  EXPECT_EQ(RecordingChoice().text(), "");
}

TEST(RecordingChoice, cuts_the_mean_and_every_trial_alike) {
  RecordingChoice choice;
  choice.start_ms = -20;
  choice.step_ms = 10;
  choice.time.window = TimeChoice::Window{-10, 10};
  const Recording cut = chosen(recording(), choice);
  ASSERT_EQ(cut.n_samples(), 4);
  EXPECT_THAT(cut.values.col(1), ElementsAre(1011, 1021, 1111, 1121));
  ASSERT_EQ(cut.trials.size(), 3U);
  EXPECT_THAT(cut.trials[2].col(0), ElementsAre(12, 22, 112, 122));
  EXPECT_NE(cut.content, recording().content);
  choice.time.window = TimeChoice::Window{-20, 0};
  EXPECT_NE(chosen(recording(), choice).content, cut.content) << "another window is another recording";
}

TEST(RecordingChoice, treats_units_after_times) {
  RecordingChoice choice;
  choice.units.minimum_rate = 500;
  const Recording fast = chosen(recording(), choice);
  EXPECT_EQ(fast.n_units(), 1);
  EXPECT_TRUE(fast.trials.empty());
  EXPECT_EQ(choice.text(), "units of mean 500 or more");
}

TEST(RecordingChoice, names_conditions) {
  RecordingChoice choice;
  choice.conditions = {"left", "right"};
  EXPECT_THAT(chosen(recording(), choice).conditions, ElementsAre("left", "right"));
  choice.conditions = {"left"};
  EXPECT_THAT(user_error([&] { chosen(recording(), choice); }),
              HasSubstr("1 conditions are named (m1.npy has 2). Name every condition"));
}

TEST(RecordingChoice, needs_times_to_choose_among_them) {
  RecordingChoice choice;
  choice.time.bin_ms = 20;
  EXPECT_THAT(
      user_error([&] { chosen(recording(), choice); }),
      HasSubstr("the times of the samples are not known (window, bin and smooth are in ms). Say them: time_step"));
}

}  // namespace
}  // namespace cohort::test
