#include <cohort/core/errors.hpp>
#include <cohort/network/parameter_set.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

ParameterLayout example_layout() {
  ParameterLayout layout;
  layout.add("W", ParameterRole::recurrent, 3, 3);
  layout.add("W_in", ParameterRole::input, 3, 2);
  layout.add("b", ParameterRole::bias, 3, 1);
  return layout;
}

TEST(ParameterSet, blocks_lie_one_behind_the_other) {
  const ParameterLayout layout = example_layout();
  EXPECT_EQ(layout.size(), 18);
  Index offset = 0;
  for (const ParameterBlock& block : layout.blocks()) {
    EXPECT_EQ(block.offset, offset);
    offset += block.rows * block.cols;
  }
  EXPECT_EQ(layout.block("b").role, ParameterRole::bias);
}

TEST(ParameterSet, starts_at_zero_and_every_value_belongs_to_one_block) {
  ParameterSet<double> set(example_layout());
  ASSERT_EQ(set.values.size(), 18);
  EXPECT_TRUE(set.values.isZero(0));
  for (const ParameterBlock& block : set.layout.blocks()) set.block(block.name).array() += 1;
  EXPECT_TRUE(set.values.isOnes(0));
}

TEST(ParameterSet, blocks_are_views_in_column_major_order) {
  ParameterSet<float> set(example_layout());
  set.values = Vector<float>::LinSpaced(18, 0, 17);
  EXPECT_EQ(set.block("W")(2, 0), 2);
  EXPECT_EQ(set.block("W_in")(0, 1), 9 + 3);
  set.block("b")(1) = 100;
  EXPECT_EQ(set.values[16], 100);
  const ParameterSet<float>& constant = set;
  EXPECT_EQ(constant.block("b")(1), 100);
}

TEST(ParameterSet, is_cast_with_its_names) {
  ParameterSet<double> set(example_layout());
  set.block("W_in")(2, 1) = 0.1;
  const ParameterSet<float> single = set.cast<float>();
  EXPECT_EQ(single.block("W_in")(2, 1), 0.1F);
  EXPECT_EQ(single.layout.size(), 18);
}

TEST(ParameterSet, an_unknown_block_is_a_bug_with_a_name) {
  const ParameterSet<double> set(example_layout());
  EXPECT_THROW(set.block("W_out"), InternalError);
}

}  // namespace
}  // namespace cohort::test
