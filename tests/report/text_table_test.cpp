#include <cohort/report/text_table.hpp>

#include <gtest/gtest.h>

namespace cohort {
namespace {

TEST(TextTable, AlignsColumnsUnderAHead) {
  EXPECT_EQ(text_table({{"rule", "error"}, {"bptt", "0.1"}, {"feedback_alignment", "0.25"}}),
            "rule                error\n"
            "-------------------------\n"
            "bptt                0.1\n"
            "feedback_alignment  0.25\n");
}

TEST(TextTable, CountsCharactersAndNotBytes) {
  EXPECT_EQ(text_table({{"a", "b"}, {"1 ± 2", "µ"}}), "a      b\n--------\n1 ± 2  µ\n");
}

TEST(TextTable, TakesRowsWithFewerCellsThanTheHead) { EXPECT_EQ(text_table({{"a", "b"}, {"1"}}), "a  b\n----\n1\n"); }

}  // namespace
}  // namespace cohort
