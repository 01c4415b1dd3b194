#include <cohort/similarity/parameter_factors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Description described(const std::string& name) {
  Description d;
  d.name = name;
  d.parameters = {ParameterInfo::integer("units", 100, 1, 10000, "1", "units"),
                  ParameterInfo::choice("activation", "retanh", {"retanh", "relu", "tanh"}, "activation")};
  if (name == "ctrnn") d.parameters.push_back(ParameterInfo::number("noise", 0, 0, 10, "1", "noise").later());
  return d;
}

const Catalogue& catalogue() {
  static const Catalogue cells("architecture", {described("ctrnn"), described("rate")});
  return cells;
}

std::vector<FactorLabels> factors_of(const std::vector<std::string>& levels) {
  return parameter_factors(levels, catalogue());
}

TEST(ParameterFactors, are_the_parameters_of_a_full_grid) {
  const auto factors = factors_of({"ctrnn/units=100,activation=retanh", "ctrnn/units=100,activation=relu",
                                   "ctrnn/units=200,activation=retanh", "ctrnn/units=200,activation=relu"});
  ASSERT_EQ(factors.size(), 2U);
  EXPECT_EQ(factors[0].name, "units");
  EXPECT_THAT(factors[0].levels, ElementsAre("100", "200"));
  EXPECT_THAT(factors[0].level_of, ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(factors[1].name, "activation");
  EXPECT_THAT(factors[1].levels, ElementsAre("retanh", "relu"));
  EXPECT_THAT(factors[1].level_of, ElementsAre(0, 1, 0, 1));
}

TEST(ParameterFactors, know_defaults_and_other_ways_to_write_a_number) {
  const auto factors = factors_of({"ctrnn", "ctrnn/noise=1e-1", "ctrnn/units=200", "ctrnn/noise=0.10,units=200"});
  ASSERT_EQ(factors.size(), 2U);
  EXPECT_THAT(factors[0].levels, ElementsAre("100", "200"));
  EXPECT_THAT(factors[1].levels, ElementsAre("0", "0.1"));
}

TEST(ParameterFactors, may_be_a_single_one) {
  const auto factors = factors_of({"ctrnn/units=10", "ctrnn/units=20", "ctrnn/units=30"});
  ASSERT_EQ(factors.size(), 1U);
  EXPECT_THAT(factors[0].level_of, ElementsAre(0, 1, 2));
}

TEST(ParameterFactors, have_the_kind_among_them_where_kinds_are_crossed_with_parameters) {
  const auto factors = factors_of({"ctrnn/units=10", "ctrnn/units=20", "rate/units=10", "rate/units=20"});
  ASSERT_EQ(factors.size(), 2U);
  EXPECT_EQ(factors[0].name, "kind");
  EXPECT_THAT(factors[0].level_of, ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(factors[1].name, "units");
}

TEST(ParameterFactors, are_none_where_levels_are_no_grid) {
  EXPECT_THAT(factors_of({"ctrnn/units=100", "ctrnn/units=200,activation=relu"}), IsEmpty());
  EXPECT_THAT(factors_of({"ctrnn/units=10", "ctrnn/units=20", "ctrnn/units=20,activation=relu"}), IsEmpty());
  EXPECT_THAT(factors_of({"ctrnn", "rate"}), IsEmpty());
  EXPECT_THAT(factors_of({"ctrnn"}), IsEmpty());
  EXPECT_THAT(factors_of({"ctrnn", "ctrnn/noise=1", "rate", "rate/units=3"}), IsEmpty());
  EXPECT_THAT(factors_of({"mine", "ctrnn"}), IsEmpty()) << "a name of the study's own";
}

}  // namespace
}  // namespace cohort
