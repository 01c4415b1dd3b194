#include <cohort/core/values.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cohort::test {
namespace {

using testing::HasSubstr;

constexpr double kLow = 1, kHigh = 1000;

Values values(const std::string& text) { return {text, kLow, kHigh}; }

VectorXd drawn(const std::string& text, Index n_units = 20000, std::uint64_t seed = 1) {
  return values(text).draw(RandomStream("values", "test", seed), n_units);
}

TEST(Values, a_number_is_the_same_for_every_unit) {
  EXPECT_EQ(drawn("12.5", 4), VectorXd::Constant(4, 12.5));
  EXPECT_TRUE(values("12.5").is_number());
  EXPECT_TRUE(values("[12.5]").is_number());
  EXPECT_FALSE(values("[1,2]").is_number());
  EXPECT_FALSE(values("uniform(1,2)").is_number());
}

TEST(Values, a_list_is_dealt_to_the_units_in_turn) {
  VectorXd expected(7);
  expected << 5, 10, 20, 5, 10, 20, 5;
  EXPECT_EQ(drawn("[5, 10, 20]", 7), expected);
}

TEST(Values, uniform_values_fill_their_range_evenly) {
  const VectorXd x = drawn("uniform(10, 30)");
  EXPECT_GE(x.minCoeff(), 10);
  EXPECT_LT(x.maxCoeff(), 30);
  // Four standard errors of the mean and of the variance.
  EXPECT_NEAR(x.mean(), 20, 4 * 20 / std::sqrt(12.0 * 20000));
  EXPECT_NEAR((x.array() - 20).square().mean(), 400 / 12.0, 4 * 400 * std::sqrt(1 / 180.0 / 20000));
}

TEST(Values, normal_values_have_their_mean_and_deviation) {
  const VectorXd x = drawn("normal(100, 5)");
  EXPECT_NEAR(x.mean(), 100, 4 * 5 / std::sqrt(20000.0));
  EXPECT_NEAR((x.array() - 100).square().mean(), 25, 4 * 25 * std::sqrt(2 / 20000.0));
}

TEST(Values, lognormal_values_have_their_median_and_the_deviation_of_their_logarithm) {
  const VectorXd logarithm = drawn("lognormal(50, 0.4)").array().log();
  EXPECT_NEAR(logarithm.mean(), std::log(50), 4 * 0.4 / std::sqrt(20000.0));
  EXPECT_NEAR((logarithm.array() - std::log(50)).square().mean(), 0.16, 4 * 0.16 * std::sqrt(2 / 20000.0));
}

TEST(Values, what_a_distribution_gives_beyond_the_limits_is_set_to_the_nearer_of_them) {
  const VectorXd x = drawn("normal(500, 1000)");
  EXPECT_EQ(x.minCoeff(), kLow);
  EXPECT_EQ(x.maxCoeff(), kHigh);
  EXPECT_GT((x.array() == kLow).count(), 5000);
  EXPECT_GT((x.array() > kLow && x.array() < kHigh).count(), 5000);
}

TEST(Values, draws_follow_from_the_stream_alone) {
  for (const std::string text : {"uniform(10,30)", "normal(100,5)", "lognormal(50,0.4)"}) {
    EXPECT_EQ(drawn(text, 50), drawn(text, 50)) << text;
    EXPECT_NE(drawn(text, 50), drawn(text, 50, 2)) << text;
    EXPECT_EQ(drawn(text, 50), drawn(text, 100).head(50)) << "more units leave the first as they are: " << text;
  }
}

TEST(Values, canonical_text_is_the_same_for_the_same_meaning) {
  EXPECT_EQ(values(" 10.0 ").canonical(), "10");
  EXPECT_EQ(values("1e1").canonical(), "10");
  EXPECT_EQ(values("[10]").canonical(), "10");
  EXPECT_EQ(values("[ 5.0, 1e1 ]").canonical(), "[5,10]");
  EXPECT_EQ(values("uniform( 5, 2e1 )").canonical(), "uniform(5,20)");
  EXPECT_EQ(values("normal(10,0.50)").canonical(), "normal(10,0.5)");
  EXPECT_EQ(values("lognormal(10,.5)").canonical(), "lognormal(10,0.5)");
}

TEST(Values, canonical_text_reads_back_to_the_same_values) {
  for (const std::string text : {"10", "[5,10,20.25]", "uniform(10,30)", "normal(100,5)", "lognormal(50,0.4)"}) {
    EXPECT_EQ(values(text).canonical(), text);
    EXPECT_EQ(drawn(values(text).canonical(), 30), drawn(text, 30)) << text;
  }
}

TEST(Values, refuses_what_is_no_number_list_or_distribution) {
  for (const std::string text : {"", "ten", "10 20", "[", "[]", "[1,]", "[1,2", "(1,2)", "x[1,2]", "uniform[1,2]",
                                 "uniform(1,2", "gamma(1,2)", "10x", "nan", "inf", "[1,inf]", "uniform(1,2)3"})
    EXPECT_THAT(user_error([&] { values(text); }), HasSubstr("write a number, a list")) << text;
}

TEST(Values, refuses_distributions_with_wrong_numbers) {
  EXPECT_THAT(user_error([] { values("uniform(5)"); }), HasSubstr("two numbers"));
  EXPECT_THAT(user_error([] { values("normal(5,1,2)"); }), HasSubstr("two numbers"));
  EXPECT_THAT(user_error([] { values("uniform(30,10)"); }), HasSubstr("low end lies above"));
  EXPECT_THAT(user_error([] { values("normal(10,-1)"); }), HasSubstr("width cannot be negative"));
}

TEST(Values, refuses_numbers_beyond_the_limits) {
  for (const std::string text :
       {"0.5", "1001", "[5,0.5]", "[1001]", "uniform(0,10)", "uniform(10,1001)", "normal(0,1)", "lognormal(2000,1)"})
    EXPECT_THAT(user_error([&] { values(text); }), HasSubstr("values in [1, 1000] are needed")) << text;
  for (const std::string text : {"1", "1000", "[1,1000]", "uniform(1,1000)", "normal(5,2000)"})
    EXPECT_EQ(user_error([&] { values(text); }), "no error") << text;
}

}  // namespace
}  // namespace cohort::test
