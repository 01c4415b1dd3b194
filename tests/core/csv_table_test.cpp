#include <cohort/core/csv_table.hpp>

#include "support/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CsvTable, reads_columns_and_rows) {
  const CsvTable table = parse_csv("rule, seed\nbptt,0\n\neprop ,1\n", "labels.csv");
  EXPECT_THAT(table.columns, ElementsAre("rule", "seed"));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_THAT(table.rows[1], ElementsAre("eprop", "1"));
  EXPECT_THAT(table.line_of, ElementsAre(2, 4));
  EXPECT_EQ(table.column("seed"), 1u);
}

TEST(CsvTable, reads_quotes_other_line_ends_and_a_byte_order_mark) {
  const CsvTable table = parse_csv(
      "\xEF\xBB\xBF\"the \"\"rule\"\"\",seed\r\n\"ctrnn/units=3,tau=2\",\"two\nlines\"\r\n , \"\"\r\nlast,1", "t");
  EXPECT_THAT(table.columns, ElementsAre("the \"rule\"", "seed"));
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_THAT(table.rows[0], ElementsAre("ctrnn/units=3,tau=2", "two\nlines"));
  EXPECT_THAT(table.rows[1], ElementsAre("", ""));
  EXPECT_THAT(table.rows[2], ElementsAre("last", "1"));
  EXPECT_THAT(table.line_of, ElementsAre(2, 4, 5));
}

TEST(CsvTable, says_where_it_is_broken) {
  const auto error = [](const std::string& text) { return test::user_error([&] { parse_csv(text, "labels.csv"); }); };
  EXPECT_THAT(error("a,b\n1,2\n1,2,3\n"), HasSubstr("labels.csv:3: 3 fields under 2 columns"));
  EXPECT_THAT(error("a,b\n1\n"), HasSubstr("labels.csv:2: 1 fields under 2 columns"));
  EXPECT_THAT(error("a,b\n\"1,2\n3,4\n"), HasSubstr("labels.csv:2: a quote is never closed"));
  EXPECT_THAT(error("a,b\n\"1\"x,2\n"), HasSubstr("labels.csv:2: text after a closing quote"));
  EXPECT_THAT(error("a,b\n1\"x,2\n"), HasSubstr("labels.csv:2: a quote within a field"));
  EXPECT_THAT(error("a,a\n"), HasSubstr("labels.csv:1: two columns are named 'a'"));
  EXPECT_THAT(error("a,\n"), HasSubstr("labels.csv:1: a column has no name"));
  EXPECT_THAT(error("\n\n"), HasSubstr("labels.csv: the file is empty"));
  EXPECT_THAT(test::user_error([] { read_csv("missing.csv"); }),
              HasSubstr("missing.csv: cannot be read (No such file"));
  EXPECT_THAT(test::user_error([] { read_csv("/"); }), HasSubstr("cannot be read (Is a directory)"));
  EXPECT_THAT(test::user_error([] { parse_csv("rule,seed\n", "t").column("rul"); }), HasSubstr("Did you mean 'rule'?"));
}

}  // namespace
}  // namespace cohort
