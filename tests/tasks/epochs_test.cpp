#include <cohort/tasks/epochs.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

TEST(Epochs, follow_each_other_from_step_zero) {
  const auto epochs = consecutive_epochs({300, 0, 500}, 100);
  ASSERT_EQ(epochs.size(), 3U);
  EXPECT_EQ(epochs[0].first, 0);
  EXPECT_EQ(epochs[0].end(), 3);
  EXPECT_EQ(epochs[1].first, 3);
  EXPECT_EQ(epochs[1].n_steps, 0);
  EXPECT_EQ(epochs[2].first, 3);
  EXPECT_EQ(epochs[2].end(), 8);
}

TEST(Epochs, rounding_does_not_add_up) {
  const auto epochs = consecutive_epochs(std::vector<double>(100, 15), 10);
  EXPECT_EQ(epochs.back().end(), 150);
  EXPECT_EQ(epochs[0].n_steps, 1);
  EXPECT_EQ(epochs[1].n_steps, 2);
}

TEST(Epochs, whole_numbers_of_fractional_steps_are_whole) {
  for (int n = 1; n < 200; ++n) {
    EXPECT_EQ(consecutive_epochs({n * 0.1}, 0.1)[0].n_steps, n);
    EXPECT_EQ(whole_steps(n * 0.1, 0.1), n);
  }
}

TEST(Epochs, a_duration_has_the_steps_that_fit_into_it) {
  EXPECT_EQ(whole_steps(0, 100), 0);
  EXPECT_EQ(whole_steps(99, 100), 0);
  EXPECT_EQ(whole_steps(199, 100), 1);
}

TEST(Epochs, an_epoch_without_a_step_is_the_users_error) {
  EXPECT_THAT(user_error([] {
                consecutive_epochs({100, 50}, 100);
              }),
              testing::AllOf(testing::HasSubstr("an epoch of 50 ms has no step (steps last 100 ms)"),
                             testing::HasSubstr("smaller dt"), testing::Not(testing::HasSubstr("\n"))));
}

}  // namespace
}  // namespace cohort::test
