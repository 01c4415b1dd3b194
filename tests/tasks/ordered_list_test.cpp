#include <cohort/tasks/ordered_list.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

Parameters with_levels(const std::string& levels) {
  Description d;
  d.name = "owner";
  d.parameters = {ParameterInfo::list("levels", {1, 2}, 0, 10, "1", "")};
  return {d, {{"levels", levels}}};
}

TEST(OrderedList, is_the_list_that_was_given) {
  EXPECT_EQ(ordered_list(with_levels("[0.5,2,7]"), "levels", ListOrder::rising), (std::vector<double>{0.5, 2, 7}));
  EXPECT_EQ(ordered_list(with_levels("[7,2]"), "levels", ListOrder::falling), (std::vector<double>{7, 2}));
  EXPECT_EQ(ordered_list(with_levels("3"), "levels", ListOrder::rising), (std::vector<double>{3}));
}

TEST(OrderedList, another_order_and_numbers_given_twice_are_the_users_error) {
  EXPECT_EQ(user_error([] { ordered_list(with_levels("[1,5,3]"), "levels", ListOrder::rising); }),
            "levels=[1,5,3] is not possible for owner (3 after 5). Give each number once, the smallest first.");
  EXPECT_EQ(user_error([] { ordered_list(with_levels("[1,1]"), "levels", ListOrder::rising); }),
            "levels=[1,1] is not possible for owner (1 after 1). Give each number once, the smallest first.");
  EXPECT_EQ(user_error([] { ordered_list(with_levels("[1,5]"), "levels", ListOrder::falling); }),
            "levels=[1,5] is not possible for owner (5 after 1). Give each number once, the largest first.");
  EXPECT_EQ(user_error([] { ordered_list(with_levels("[5,5]"), "levels", ListOrder::falling); }),
            "levels=[5,5] is not possible for owner (5 after 5). Give each number once, the largest first.");
  EXPECT_THAT(user_error([] { with_levels("[]"); }), testing::HasSubstr("is needed"));
}

}  // namespace
}  // namespace cohort::test
