#include <cohort/study/layer_choice.hpp>

#include <gtest/gtest.h>

namespace cohort {
namespace {

TEST(ChosenLayer, counts_from_the_input_from_the_output_and_by_relative_depth) {
  EXPECT_EQ(chosen_layer(1, 3), 0U);
  EXPECT_EQ(chosen_layer(3, 3), 2U);
  EXPECT_EQ(chosen_layer(-1, 3), 2U);
  EXPECT_EQ(chosen_layer(-3, 3), 0U);
  EXPECT_EQ(chosen_layer(0.5, 4), 1U);
  EXPECT_EQ(chosen_layer(0.5, 3), 1U) << "1.5 is rounded to the second";
  EXPECT_EQ(chosen_layer(0.4, 3), 0U);
  EXPECT_EQ(chosen_layer(0.01, 3), 0U) << "the first at least";
}

TEST(ChosenLayer, is_none_where_a_network_has_no_such_layer_and_the_only_one_without_layers) {
  EXPECT_EQ(chosen_layer(4, 3), std::nullopt);
  EXPECT_EQ(chosen_layer(-4, 3), std::nullopt);
  EXPECT_EQ(chosen_layer(-1, 0), 0U);
}

TEST(MeasureAtLayer, comes_apart_again) {
  EXPECT_EQ(at_layer("procrustes", -1), "procrustes/layer=-1");
  const MeasureAtLayer found = measure_at_layer(at_layer("svcca/components=5", 0.5));
  EXPECT_EQ(found.measure, "svcca/components=5");
  EXPECT_EQ(found.layer, 0.5);
  EXPECT_FALSE(measure_at_layer("procrustes").layer);
}

}  // namespace
}  // namespace cohort
