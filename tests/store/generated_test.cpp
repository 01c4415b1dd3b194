#include <cohort/store/generated.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>

namespace cohort {
namespace {

using testing::ElementsAre;

TEST(Generated, makes_the_values_that_are_asked_for) {
  const Generated<std::int32_t> numbers(1000000, [](std::size_t first, std::span<std::int32_t> values) {
    std::iota(values.begin(), values.end(), static_cast<std::int32_t>(first));
  });
  EXPECT_EQ(numbers.size(), 1000000u);
  EXPECT_FALSE(numbers.is_list());
  EXPECT_THAT(numbers.block(999998, 2), ElementsAre(999998, 999999));
  EXPECT_TRUE(numbers.block(5, 0).empty());
}

TEST(Generated, is_a_list_where_that_is_simpler) {
  const Generated<std::int32_t> numbers{3, 1, 2};
  EXPECT_TRUE(numbers.is_list());
  EXPECT_THAT(numbers.all(), ElementsAre(3, 1, 2));
  EXPECT_TRUE(Generated<std::int32_t>().empty());
  EXPECT_TRUE(Generated<std::int32_t>().all().empty());
}

TEST(Generated, blocks_cover_every_value_once_and_end_when_told) {
  const std::size_t size = 3 * 65536 + 5;
  std::vector<std::int32_t> list(size);
  std::iota(list.begin(), list.end(), 0);
  const Generated<std::int32_t> numbers(list);
  std::vector<std::int32_t> seen;
  EXPECT_TRUE(numbers.each_block([&](std::size_t first, const std::vector<std::int32_t>& values) {
    EXPECT_EQ(first, seen.size());
    seen.insert(seen.end(), values.begin(), values.end());
    return true;
  }));
  EXPECT_EQ(seen, list);
  int n_blocks = 0;
  EXPECT_FALSE(numbers.each_block([&](std::size_t, const auto&) { return ++n_blocks < 2; }));
  EXPECT_EQ(n_blocks, 2);
}

}  // namespace
}  // namespace cohort
