#include <cohort/recordings/recording_choice.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>

#include <limits>

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
  ASSERT_EQ(fast.trials.size(), 3U);
  EXPECT_EQ(fast.trials[1].cols(), 2) << "trials keep their units";
  EXPECT_EQ(fast.units(fast.trials[1]), fast.trials[1].rightCols(1)) << "and are treated as their mean was";
  EXPECT_EQ(choice.text(), "units of mean 500 or more");
}

/// The same with a NaN in unit 1 at time 3 of condition 0.
Recording with_gap() {
  Recording gap = recording();
  gap.values(3, 1) = gap.trials[1](3, 1) = std::numeric_limits<double>::quiet_NaN();
  return gap;
}

TEST(RecordingChoice, refuses_what_is_missing_and_says_how_much) {
  EXPECT_THAT(
      user_error([&] { chosen(with_gap(), {}); }),
      HasSubstr("m1.npy has missing values (it holds NaN in 1 of 2 units and 1 of 2 conditions). Remove or fill "
                "the missing samples; or missing = \"units\" leaves these units out, missing = "
                "\"conditions\" these conditions."));
  EXPECT_THAT(user_error([&] { missing_of("trials"); }), HasSubstr("missing = \"trials\" means nothing"));
}

TEST(RecordingChoice, leaves_units_out_that_hold_nan) {
  RecordingChoice choice;
  choice.missing = Missing::units;
  const Recording left = chosen(with_gap(), choice);
  EXPECT_EQ(left.values, recording().values.leftCols(1));
  EXPECT_EQ(left.trials[1], recording().trials[1].leftCols(1));
  EXPECT_EQ(left.n_left_out, 0);
  EXPECT_NE(left.content, recording().content);
  EXPECT_THAT(left.remarks, ElementsAre("m1.npy: 1 of 2 units are left out, they hold NaN: 1"));
  EXPECT_EQ(chosen(recording(), choice).content, recording().content) << "where nothing is missing nothing changes";
}

TEST(RecordingChoice, leaves_conditions_out_that_hold_nan_and_matches_the_others_by_name) {
  RecordingChoice choice;
  choice.missing = Missing::conditions;
  choice.conditions = {"left", "right"};
  const Recording left = chosen(with_gap(), choice);
  EXPECT_EQ(left.values, recording().values.bottomRows(4));
  EXPECT_EQ(left.trials[2], recording().trials[2].bottomRows(4));
  EXPECT_THAT(left.kept_conditions, ElementsAre(1));
  EXPECT_THAT(in_order_of(left, {"right", "left"}).kept_conditions, ElementsAre(0));
  EXPECT_THAT(user_error([&] { in_order_of(left, {"right", "up"}); }), HasSubstr("has other conditions"));
  EXPECT_THAT(left.remarks,
              ElementsAre("m1.npy: 1 of 2 conditions are left out, of what stands beside it too, they hold NaN: left"));
}

TEST(RecordingChoice, misses_nothing_outside_of_the_window) {
  RecordingChoice choice;
  choice.step_ms = 10;
  choice.time.window = TimeChoice::Window{0, 30};
  EXPECT_EQ(chosen(with_gap(), choice).values, chosen(recording(), choice).values);
  choice.time.window = TimeChoice::Window{10, 40};
  EXPECT_THAT(user_error([&] { chosen(with_gap(), choice); }), HasSubstr("it holds NaN in 1 of 2 units"));
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
