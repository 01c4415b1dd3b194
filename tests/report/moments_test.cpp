#include <cohort/report/moments.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Moments, AreMeanAndSampleStandardDeviation) {
  const Moments moments = moments_of({1, 2, 4, 9});
  EXPECT_EQ(moments.n, 4u);
  EXPECT_DOUBLE_EQ(moments.mean, 4);
  EXPECT_DOUBLE_EQ(moments.deviation, std::sqrt(38.0 / 3));
  EXPECT_EQ(moments.text(2), "4.00 ± 3.56");
}

TEST(Moments, LeaveOutWhatIsNotFinite) {
  const Moments moments = moments_of({nan, 3, std::numeric_limits<double>::infinity(), 5});
  EXPECT_EQ(moments.n, 2u);
  EXPECT_EQ(moments.text(1), "4.0 ± 1.4");
}

TEST(Moments, OfOneValueHaveNoDeviationAndOfNoneNoMean) {
  EXPECT_EQ(moments_of({nan, 2.5}).text(3), "2.500");
  EXPECT_EQ(moments_of({}).text(3), "-");
  EXPECT_EQ(moments_of({nan}).text(3), "-");
}

}  // namespace
}  // namespace cohort
