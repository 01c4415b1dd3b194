#include <cohort/core/random_order.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace cohort {
namespace {

TEST(RandomOrder, has_every_number_once) {
  for (const std::uint64_t n : {1, 2, 3, 10, 64, 1000, 4097}) {
    const RandomOrder order(RandomStream("order", "", 1), n);
    std::vector<int> seen(n);
    for (std::uint64_t place = 0; place < n; ++place) ++seen.at(order.at(place));
    for (const int count : seen) EXPECT_EQ(count, 1) << n;
  }
}

TEST(RandomOrder, belongs_to_its_stream_and_looks_random) {
  constexpr std::uint64_t n = 2000;
  const RandomOrder order(RandomStream("order", "", 1), n), same(RandomStream("order", "", 1), n);
  const RandomOrder other(RandomStream("order", "", 2), n);
  int n_kept = 0, n_shared = 0, n_rising = 0;
  double mean = 0;
  for (std::uint64_t place = 0; place < n; ++place) {
    EXPECT_EQ(order.at(place), same.at(place));
    n_kept += order.at(place) == place;
    n_shared += order.at(place) == other.at(place);
    n_rising += place > 0 && order.at(place) > order.at(place - 1);
    if (place < n / 2) mean += static_cast<double>(order.at(place)) / (n / 2);
  }
  EXPECT_LT(n_kept, 10);  // 1 is to be expected
  EXPECT_LT(n_shared, 10);
  EXPECT_NEAR(n_rising, n / 2, 80);      // deviation 13
  EXPECT_NEAR(mean, (n - 1) / 2.0, 75);  // of the first half; deviation 13
}

}  // namespace
}  // namespace cohort
