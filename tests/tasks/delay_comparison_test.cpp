#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace cohort::test {
namespace {

TEST(DelayComparison, magnitudes_are_shown_one_after_the_other) {
  const auto task = tasks().make("delay_comparison/noise=0");
  const double pairs[5][2] = {{18, 10}, {22, 14}, {26, 18}, {30, 22}, {34, 26}};
  ASSERT_EQ(n_conditions(*task), 10);
  for (int condition = 0; condition < 10; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    const double first = pairs[condition / 2][condition % 2], second = pairs[condition / 2][1 - condition % 2];
    EXPECT_EQ(task->info().conditions[static_cast<std::size_t>(condition)],
              fmt::format("first={},second={}", first, second));
    MatrixXd expected = MatrixXd::Zero(2, 26);
    expected.row(0).head(25).setOnes();
    expected.row(1).segment(5, 5).setConstant((1 + (first - 10) / 24) / 2);
    expected.row(1).segment(20, 5).setConstant((1 + (second - 10) / 24) / 2);
    EXPECT_LE((trial.inputs - expected).cwiseAbs().maxCoeff(), 1e-15) << condition;
    for (Index step = 0; step < 26; ++step) EXPECT_EQ(class_at(trial, step), step < 25 ? 0 : first > second ? 1 : 2);
  }
}

TEST(DelayComparison, comparing_is_always_right_and_one_stimulus_does_not_do) {
  const auto task = tasks().make("delay_comparison/noise=0");
  std::set<double> ambiguous, larger, smaller;
  int n_first = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Trial trial = training_trial(*task, i);
    const double first = trial.inputs(1, 5), second = trial.inputs(1, 20);
    ASSERT_EQ(trial.classes.back(), first > second ? 1 : 2);
    (first > second ? larger : smaller).insert(first);
    n_first += first > second;
  }
  for (const double value : larger)
    if (smaller.contains(value)) ambiguous.insert(value);
  EXPECT_EQ(ambiguous.size(), 3U);  // 18, 22 and 26 Hz are sometimes the larger, sometimes the smaller
  EXPECT_NEAR(n_first, 500, 4 * std::sqrt(250));
}

TEST(DelayComparison, noise_is_on_the_shown_magnitudes) {
  const auto noisy = tasks().make("delay_comparison"), clean = tasks().make("delay_comparison/noise=0");
  double square = 0;
  for (std::uint64_t repeat = 0; repeat < 400; ++repeat) {
    const MatrixXd noise = evaluation_trial(*noisy, 3, repeat).inputs - evaluation_trial(*clean, 3, repeat).inputs;
    EXPECT_EQ((noise.array() != 0).count(), 10);
    square += noise.squaredNorm() / 4000;
  }
  EXPECT_NEAR(square, 1.0 / 100, 4 * std::sqrt(2.0 / 4000) / 100);  // standard deviation 1 / sqrt(dt / ms)
}

TEST(DelayComparison, comparing_sums_is_right_as_often_as_is_said) {
  const auto task = tasks().make("delay_comparison");
  constexpr int n = 20000;
  int n_wrong = 0, n_wrong_first_alone = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, i);
    const double first = trial.inputs.row(1).segment(5, 5).sum(), second = trial.inputs.row(1).segment(20, 5).sum();
    n_wrong += trial.classes.back() != (first > second ? 1 : 2);
    n_wrong_first_alone += trial.classes.back() != (first > 5 * 0.75 ? 1 : 2);
  }
  const double p = 1 - 0.9958;
  EXPECT_NEAR(n_wrong, n * p, 4 * std::sqrt(n * p));
  EXPECT_GT(n_wrong_first_alone, n / 5);
}

TEST(DelayComparison, other_pairs_are_shown_on_the_same_scale) {
  const auto task = tasks().make("delay_comparison/pairs=[22,20,16,12],noise=0");
  const std::vector<std::string> names = {"first=22,second=20", "first=20,second=22", "first=16,second=12",
                                          "first=12,second=16"};
  EXPECT_EQ(task->info().conditions, names);
  const Trial trial = evaluation_trial(*task, 3);
  EXPECT_NEAR(trial.inputs(1, 5), (1 + 2.0 / 24) / 2, 1e-15);
  EXPECT_NEAR(trial.inputs(1, 20), (1 + 6.0 / 24) / 2, 1e-15);
  EXPECT_EQ(trial.classes.back(), 2);
}

TEST(DelayComparison, numbers_that_are_no_pairs_are_the_users_error) {
  const auto refused = [](const std::string& pairs) {
    return user_error([&] { tasks().make("delay_comparison/pairs=" + pairs); });
  };
  EXPECT_EQ(refused("[22,20,16]"),
            "pairs=[22,20,16] is not possible for delay_comparison (3 numbers make no pairs). Write the larger and the "
            "smaller magnitude of one pair after the other.");
  EXPECT_THAT(refused("[20,22]"), testing::HasSubstr("(20 is not larger than 22)"));
  EXPECT_THAT(refused("[20,20]"), testing::HasSubstr("(20 is not larger than 20)"));
  EXPECT_THAT(refused("[22,20,30,10,22,20]"), testing::HasSubstr("(22 and 20 come twice)"));
}

TEST(DelayComparison, extreme_parameters_make_trials) {
  for (const char* extreme : {"dt=0.1", "dt=100,delay=0", "delay=1e5", "pairs=[1000,0]", "noise=1e6"}) {
    const auto task = tasks().make(std::string("delay_comparison/") + extreme);
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(training_trial(*task, i).inputs.allFinite()) << extreme;
  }
}

}  // namespace
}  // namespace cohort::test
