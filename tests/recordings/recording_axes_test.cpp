#include <cohort/recordings/recording.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Value 1000 unit + 100 time + 10 condition + trial, of 2 units, 3 times, 4 conditions, 5 trials, laid out along
/// `axes`.
RecordedArray laid_out(const Axes& axes) {
  const auto extent = [](const std::string& axis) {
    return axis == "units" ? 2u : axis == "time" ? 3u : axis == "conditions" ? 4u : 5u;
  };
  const auto weight = [](const std::string& axis) {
    return axis == "units" ? 1000 : axis == "time" ? 100 : axis == "conditions" ? 10 : 1;
  };
  RecordedArray array;
  std::size_t n = 1;
  for (const std::string& axis : axes) array.numbers.shape.push_back(extent(axis));
  for (const std::size_t size : array.numbers.shape) n *= size;
  for (std::size_t item = 0; item < n; ++item) {
    double value = 0;
    for (std::size_t i = axes.size(), rest = item; i-- > 0; rest /= array.numbers.shape[i])
      value += weight(axes[i]) * static_cast<double>(rest % array.numbers.shape[i]);
    array.numbers.values.push_back(value);
  }
  return array;
}

/// Sample condition * 3 + time of unit: 1000 unit + 100 time + 10 condition.
void expect_values(const Recording& recording, double mean_trial) {
  ASSERT_EQ(recording.values.rows(), 12);
  ASSERT_EQ(recording.values.cols(), 2);
  EXPECT_EQ(recording.n_conditions, 4);
  for (int condition = 0; condition < 4; ++condition)
    for (int time = 0; time < 3; ++time)
      for (int unit = 0; unit < 2; ++unit)
        EXPECT_EQ(recording.values(condition * 3 + time, unit), 1000 * unit + 100 * time + 10 * condition + mean_trial);
}

TEST(RecordingAxes, any_order_of_named_axes_gives_the_same_samples) {
  Axes axes{"conditions", "time", "units"};
  do {
    expect_values(recording_from(laid_out(axes), "rates", axes), 0);
  } while (std::next_permutation(axes.begin(), axes.end()));
}

TEST(RecordingAxes, any_order_with_trials_keeps_them_apart) {
  Axes axes{"conditions", "time", "trials", "units"};
  do {
    const Recording recording = recording_from(laid_out(axes), "rates", axes);
    expect_values(recording, 2);
    ASSERT_EQ(recording.trials.size(), 5u);
    EXPECT_EQ(recording.trials[4](1, 1), 1104);
  } while (std::next_permutation(axes.begin(), axes.end()));
}

TEST(RecordingAxes, units_by_time_is_one_condition) {
  const Axes axes{"units", "time"};
  const Recording recording = recording_from(laid_out(axes), "calcium", axes);
  EXPECT_EQ(recording.values, (MatrixXd{{0, 1000}, {100, 1100}, {200, 1200}}));
  EXPECT_EQ(recording.n_conditions, 1);
}

TEST(RecordingAxes, units_by_samples_have_no_known_conditions) {
  const Recording recording = recording_from({{{2, 3}, {1, 2, 3, 4, 5, 6}}}, "rates", {"units", "samples"});
  EXPECT_EQ(recording.values, (MatrixXd{{1, 4}, {2, 5}, {3, 6}}));
  EXPECT_EQ(recording.n_conditions, 0);
}

TEST(RecordingAxes, of_the_file_count_and_those_of_the_user_count_more) {
  RecordedArray array = laid_out({"time", "units"});
  array.axes = {"time", "units"};
  EXPECT_EQ(recording_from(array, "rates").values.cols(), 2);
  EXPECT_TRUE(recording_from(array, "rates").axes_are_given);
  EXPECT_EQ(recording_from(array, "rates", {"units", "time"}).values.cols(), 3);
}

TEST(RecordingAxes, other_axes_are_other_contents_and_the_usual_ones_are_not) {
  const RecordedArray array{{{2, 2}, {1, 2, 3, 5}}};
  const Recording usual = recording_from(array, "a");
  EXPECT_EQ(usual.content, recording_from(array, "a", {"samples", "units"}).content);
  EXPECT_NE(usual.content, recording_from(array, "a", {"units", "samples"}).content);
  EXPECT_NE(usual.content, recording_from(array, "a", {"time", "units"}).content);
}

TEST(RecordingAxes, wrong_ones_are_refused) {
  EXPECT_THAT(user_error([] { parse_axes("units,tmie"); }),
              AllOf(HasSubstr("unknown axis 'tmie'"), HasSubstr("'time'")));
  EXPECT_THAT(user_error([] { parse_axes("time,conditions"); }), HasSubstr("there are no units"));
  EXPECT_THAT(user_error([] { parse_axes("units,units"); }), HasSubstr("units stands twice"));
  EXPECT_THAT(user_error([] { parse_axes("units,samples,time"); }), HasSubstr("samples are conditions and times"));
  EXPECT_THAT(user_error([] { parse_axes("units,trials"); }), HasSubstr("neither time nor conditions nor samples"));
  EXPECT_THAT(parse_axes(" [units, time ]"), ElementsAre("units", "time"));
  EXPECT_THAT(user_error([] {
                recording_from(laid_out({"units", "time"}), "a.npy", {"units", "time", "conditions"});
              }),
              HasSubstr("a.npy has no axes [\"units\", \"time\", \"conditions\"] (it has 2 dimensions: 2 x 3)"));
}

NpyArray ramp(std::vector<std::size_t> shape) {
  NpyArray array{std::move(shape), {}};
  std::size_t n = 1;
  for (const std::size_t extent : array.shape) n *= extent;
  for (std::size_t i = 0; i < n; ++i) array.values.push_back(static_cast<double>(i % 7));
  return array;
}

TEST(RecordingAxes, a_shape_that_fits_a_grid_in_two_ways_is_not_guessed) {
  const SampleGrid grid{4, 5};  // 4 conditions, 5 times
  const auto read = [&](std::vector<std::size_t> shape, const Axes& axes = {}) {
    return user_error([&] { recording_from({ramp(shape)}, "m1.npy", axes, grid); });
  };
  EXPECT_EQ(read({20, 7}), "no error");
  EXPECT_EQ(read({7, 5, 4}), "no error");
  EXPECT_EQ(read({4, 5, 4, 3}), "no error");
  EXPECT_THAT(read({20, 20}), AllOf(HasSubstr("can be read in 2 ways"), HasSubstr("[samples 20, units 20]"),
                                    HasSubstr("[units 20, samples 20]")));
  EXPECT_THAT(read({5, 5, 4}), AllOf(HasSubstr("can be read in 2 ways"), HasSubstr("[time 5, units 5, conditions 4]"),
                                     HasSubstr("Say which, such as axes = [\"units\", \"time\", \"conditions\"]")));
  EXPECT_EQ(read({7, 20}), "no error") << "fits in one other way: whoever knows the grid says so";
  EXPECT_THAT(fitting_axes({7, 20}, grid), ElementsAre(Axes{"units", "samples"}));
  EXPECT_THAT(fitting_axes({4, 5, 7}, grid), ElementsAre(Axes{"conditions", "time", "units"}));
  EXPECT_THAT(fitting_axes({7, 5, 4}, grid), ElementsAre(Axes{"units", "time", "conditions"}));
  EXPECT_EQ(read({20, 20}, {"units", "samples"}), "no error");
  EXPECT_EQ(read({6, 6, 6}), "no error");
  EXPECT_TRUE(fitting_axes({6, 6, 6}, grid).empty());
}

TEST(RecordingAxes, a_matrix_of_distances_or_correlations_is_no_activity) {
  const auto read = [](std::vector<double> values, const Axes& axes = {}) {
    return user_error([&] { recording_from({{{3, 3}, values}}, "rdm.npy", axes); });
  };
  EXPECT_THAT(read({0, 1, 2, 1, 0, 3, 2, 3, 0}),
              AllOf(HasSubstr("rdm.npy holds no activity"), HasSubstr("3 x 3, symmetric, 0 all along the diagonal")));
  EXPECT_THAT(read({1, .1, .2, .1, 1, .3, .2, .3, 1}, {"units", "time"}), HasSubstr("distances or correlations"));
  EXPECT_EQ(read({0, 1, 2, 1, 0, 3, 2, 4, 0}), "no error") << "not symmetric";
  EXPECT_EQ(read({5, 1, 2, 1, 0, 3, 2, 3, 0}), "no error") << "no constant diagonal";
  EXPECT_EQ(read(std::vector<double>(9, 0.0)), "no error") << "silent";
}

}  // namespace
}  // namespace cohort::test
