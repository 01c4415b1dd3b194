#include <cohort/similarity/far_seed.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

namespace cohort {
namespace {

TEST(FarSeed, is_the_one_that_stands_far_from_the_rest) {
  EXPECT_EQ(far_seed(std::vector<double>{0.41, 0.40, 0.42, 0.11, 0.41}), 3U);
  EXPECT_EQ(far_seed(std::vector<double>{0.9, 0.40, 0.42, 0.39, 0.41, 0.43}), 0U);
}

TEST(FarSeed, is_none_among_three_or_equals_or_undefined_ones) {
  EXPECT_FALSE(far_seed(std::vector<double>{0, 0, 1}));
  EXPECT_FALSE(far_seed(std::vector<double>{0.4, 0.4, 0.4, 0.4, 0.4}));
  EXPECT_FALSE(far_seed(std::vector<double>{0.4, std::numeric_limits<double>::quiet_NaN(), 0.4, 0.4, 0.9}));
  EXPECT_FALSE(far_seed(std::vector<double>{}));
}

TEST(FarSeed, is_found_in_one_of_a_hundred_samples_where_there_is_none) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {4, 5, 7, 11, 25, 70}) {
    int n_found = 0;
    for (int trial = 0; trial < 20000; ++trial) {
      std::vector<double> values(n);
      for (double& value : values) value = normal(random);
      n_found += far_seed(values) ? 1 : 0;
    }
    EXPECT_NEAR(n_found / 20000.0, 0.01, 0.003) << n << " seeds";
  }
}

}  // namespace
}  // namespace cohort
