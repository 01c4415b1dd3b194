#include <cohort/recordings/time_choice.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>

#include <cmath>

namespace cohort::test {
namespace {

using testing::HasSubstr;

constexpr TimeGrid kGrid{-100, 10, 30};  // -100 .. 200 ms

TimeChoice window(double from, double to, double bin = 0) {
  TimeChoice choice;
  choice.window = TimeChoice::Window{from, to};
  choice.bin_ms = bin;
  return choice;
}

/// Values that say when they are: the middle of their step.
MatrixXd times() {
  MatrixXd values(2 * kGrid.n, 1);
  for (Index condition = 0; condition < 2; ++condition)
    for (Index t = 0; t < kGrid.n; ++t)
      values(condition * kGrid.n + t, 0) = -95 + 10 * static_cast<double>(t) + 1000 * static_cast<double>(condition);
  return values;
}

TEST(TimeChoice, of_everything_changes_nothing) {
  EXPECT_TRUE(TimeChoice().is_everything());
  EXPECT_EQ(through_time(time_weights(kGrid, {}), times()), times());
}

TEST(TimeChoice, keeps_a_window_of_each_condition) {
  const MatrixXd kept = through_time(time_weights(kGrid, window(0, 50)), times());
  ASSERT_EQ(kept.rows(), 10);
  for (Index t = 0; t < 5; ++t) {
    EXPECT_EQ(kept(t, 0), 5 + 10 * static_cast<double>(t));
    EXPECT_EQ(kept(5 + t, 0), 1005 + 10 * static_cast<double>(t));
  }
}

TEST(TimeChoice, averages_bins_that_need_not_be_whole_steps) {
  const MatrixXd kept = through_time(time_weights(kGrid, window(-20, 60, 25)), times());
  ASSERT_EQ(kept.rows(), 6) << "three whole bins of 25 ms in 80 ms";
  // [-20, 5): the steps around -15 and -5 whole, half of that around 5.
  EXPECT_NEAR(kept(0, 0), (-15 - 5 + 0.5 * 5) / 2.5, 1e-12);
  EXPECT_NEAR(kept(1, 0), (0.5 * 5 + 15 + 25) / 2.5, 1e-12);
  EXPECT_NEAR(kept(5, 0), 1000 + (35 + 45 + 0.5 * 55) / 2.5, 1e-12);
}

TEST(TimeChoice, smooths_by_a_gaussian_that_keeps_constants_and_lines) {
  TimeChoice choice = window(0, 50);
  choice.smooth_ms = 15;
  const MatrixXd weights = time_weights(kGrid, choice);
  for (Index bin = 0; bin < weights.rows(); ++bin) EXPECT_NEAR(weights.row(bin).sum(), 1, 1e-14);
  EXPECT_NEAR(through_time(weights, times())(2, 0), 25, 1e-10) << "symmetric, far from the ends";
  // Sample 12 of the condition, around 25 ms, and the next one.
  EXPECT_NEAR(weights(2, 13) / weights(2, 12), std::exp(-0.5 * std::pow(10.0 / 15, 2)), 1e-12);
  choice.window.reset();
  EXPECT_NEAR(time_weights(kGrid, choice).row(0).sum(), 1, 1e-14) << "at the end of the trial, too";
}

TEST(TimeChoice, refuses_what_the_trial_does_not_have) {
  const auto said = [](const TimeChoice& choice) { return user_error([&] { time_weights(kGrid, choice); }); };
  EXPECT_THAT(said(window(-120, 0)),
              HasSubstr("window [-120, 0] ms leaves the trial (which lasts from -100 to 200 ms)"));
  EXPECT_THAT(said(window(100, 210)), HasSubstr("leaves the trial"));
  EXPECT_THAT(said(window(50, 50)), HasSubstr("window [50, 50] ms is empty"));
  EXPECT_THAT(said(window(0, 50, 5)), HasSubstr("bins of 5 ms are too short (a step is 10 ms"));
  EXPECT_THAT(said(window(0, 50, 60)), HasSubstr("bins of 60 ms are too long"));
}

}  // namespace
}  // namespace cohort::test
