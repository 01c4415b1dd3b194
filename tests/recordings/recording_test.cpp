#include <cohort/recordings/recording.hpp>

#include <support/errors.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// 2 units, 2 times, 3 conditions, `n_trials`; value = 1000 unit + 100 time + 10 condition + trial.
NpyArray array_of(std::size_t n_trials) {
  NpyArray array{{2, 2, 3, n_trials}, {}};
  for (int unit = 0; unit < 2; ++unit)
    for (int time = 0; time < 2; ++time)
      for (int condition = 0; condition < 3; ++condition)
        for (std::size_t trial = 0; trial < n_trials; ++trial)
          array.values.push_back(1000 * unit + 100 * time + 10 * condition + static_cast<double>(trial));
  if (n_trials == 1) array.shape.pop_back();
  return array;
}

TEST(Recording, orders_samples_condition_by_condition_time_fastest) {
  const Recording recording = recording_from(array_of(1), "rates");
  EXPECT_EQ(recording.values, (MatrixXd{{0, 1000}, {100, 1100}, {10, 1010}, {110, 1110}, {20, 1020}, {120, 1120}}));
  EXPECT_EQ(recording.n_conditions, 3);
  EXPECT_THAT(recording.axes, ElementsAre("units", "time", "conditions"));
  EXPECT_TRUE(recording.trials.empty());
}

TEST(Recording, keeps_trials_apart_and_gives_their_mean) {
  const Recording recording = recording_from(array_of(3), "rates");
  ASSERT_EQ(recording.trials.size(), 3u);
  EXPECT_EQ(recording.trials[2](3, 1), 1112);
  EXPECT_EQ(recording.values(3, 1), 1111);
  EXPECT_EQ(recording.n_samples(), 6);
}

TEST(Recording, its_conditions_may_have_unequal_numbers_of_trials) {
  NpyArray padded = array_of(3);
  // Condition 1 has trials 0 and 2, between which nothing was recorded.
  const auto at = [](Index unit, Index time, Index trial) {
    return static_cast<std::size_t>(((unit * 2 + time) * 3 + 1) * 3 + trial);
  };
  for (Index unit = 0; unit < 2; ++unit)
    for (Index time = 0; time < 2; ++time) padded.values[at(unit, time, 1)] = std::numeric_limits<double>::quiet_NaN();
  const Recording recording = recording_from(padded, "rates"), all = recording_from(array_of(3), "rates");
  EXPECT_THAT(recording.trial_counts, ElementsAre(3, 2, 3));
  EXPECT_EQ(recording.trials[1].middleRows(2, 2), all.trials[2].middleRows(2, 2)) << "those that are there come first";
  EXPECT_TRUE(recording.trials[2].middleRows(2, 2).array().isNaN().all());
  EXPECT_EQ(recording.values, all.values) << "the mean of trials 0 and 2 is that of 0, 1 and 2";
  padded.values[at(0, 0, 2)] += 3;
  EXPECT_EQ(recording_from(padded, "rates").values(2, 0), all.values(2, 0) + 1.5);
}

TEST(Recording, samples_by_units_have_no_known_conditions) {
  const Recording recording = recording_from({{3, 2}, {1, 2, 3, 4, 5, 6}}, "rates");
  EXPECT_EQ(recording.values, (MatrixXd{{1, 2}, {3, 4}, {5, 6}}));
  EXPECT_EQ(recording.n_conditions, 0);
}

TEST(Recording, its_content_knows_numbers_and_shape) {
  const Recording a = recording_from({{3, 2}, {1, 2, 3, 4, 5, 6}}, "a"),
                  same = recording_from({{3, 2}, {1, 2, 3, 4, 5, 6}}, "b");
  EXPECT_EQ(a.content, same.content);
  EXPECT_NE(a.content, recording_from({{2, 3}, {1, 2, 3, 4, 5, 6}}, "a").content);
  EXPECT_NE(a.content, recording_from({{3, 2}, {1, 2, 3, 4, 5, 7}}, "a").content);
}

RecordedArray labelled(const std::vector<std::string>& labels) { return {array_of(3), {}, labels}; }

TEST(Recording, its_conditions_are_put_in_the_order_of_their_names) {
  const std::vector<std::string> names{"a", "b", "c"};
  const Recording same = in_order_of(recording_from(labelled({"a", "b", "c"}), "rates"), names);
  EXPECT_EQ(same.values, recording_from(array_of(3), "rates").values);
  EXPECT_EQ(same.content, recording_from(array_of(3), "rates").content);
  EXPECT_TRUE(same.remarks.empty());
  const Recording turned = in_order_of(recording_from(labelled({"c", "a", "b"}), "rates"), names);
  EXPECT_EQ(turned.values.col(0).transpose(), (MatrixXd{{11, 111, 21, 121, 1, 101}}));
  EXPECT_EQ(turned.trials[2](4, 1), 1002);
  EXPECT_EQ(turned.conditions, names);
  EXPECT_NE(turned.content, same.content) << "distances of the wrong pairs must not be kept";
  EXPECT_THAT(turned.remarks,
              ElementsAre(HasSubstr("rates has its conditions in another order (3 conditions (c, a, b)")));
}

TEST(Recording, of_other_conditions_is_refused) {
  const auto message = [](const std::vector<std::string>& labels, const std::vector<std::string>& names) {
    return user_error([&] { in_order_of(recording_from(labelled(labels), "rates"), names); });
  };
  EXPECT_THAT(message({"a", "b", "d"}, {"a", "b", "c"}),
              HasSubstr("rates has other conditions (it names 3 conditions (a, b, d), but 3 conditions (a, b, c)"));
  EXPECT_THAT(message({"a", "b", "b"}, {"a", "b", "c"}), HasSubstr("has other conditions"));
  EXPECT_THAT(message({"a", "b", "c"}, {"a", "b"}), HasSubstr("has other conditions"));
}

TEST(Recording, is_read_from_a_file_and_refused_with_its_name) {
  const TemporaryDirectory directory;
  write_npy(directory.path("a.npy"), array_of(1));
  EXPECT_EQ(read_recording(directory.path("a.npy")).values(1, 1), 1100);
  write_npy(directory.path("line.npy"), {{4}, {1, 2, 3, 4}});
  EXPECT_THAT(user_error([&] { read_recording(directory.path("line.npy")); }),
              HasSubstr("line.npy is no recording (it has 1 dimensions)"));
}

}  // namespace
}  // namespace cohort::test
