#include <cohort/core/errors.hpp>
#include <cohort/store/results_schema.hpp>
#include <cohort/store/schema.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cohort {
namespace {

using testing::ElementsAre;

Schema small_schema() {
  Schema schema;
  schema.dimensions = {{"run", 3}, {"level", 2, "level", "1", {"low", "high"}}, {"dose", 2, "", "mg", {}, {0.5, 1.5}}};
  schema.datasets = {{"/a/loss", ValueType::f32, {"run", "level"}}, {"/b/effect", ValueType::f64, {"dose", "run"}}};
  return schema;
}

TEST(Schema, sizes_come_from_the_dimensions) {
  const Schema schema = small_schema();
  EXPECT_THAT(schema.extent(schema.datasets[0]), ElementsAre(3, 2));
  EXPECT_EQ(volume({}), 1u);
  EXPECT_EQ(group_of("/a/b/c"), "/a/b");
  EXPECT_EQ(group_of("/a"), "/");
}

TEST(Schema, every_group_has_its_own_dimension_scales) {
  std::map<std::string, DatasetInfo> scales;
  for (const auto& info : dimension_scales(small_schema())) scales[info.path] = info;
  ASSERT_EQ(scales.size(), 4u);
  EXPECT_THAT(std::get<Generated<std::int32_t>>(scales.at("/a/run").constants).all(), ElementsAre(0, 1, 2));
  EXPECT_THAT(std::get<Generated<std::string>>(scales.at("/a/level").constants).all(), ElementsAre("low", "high"));
  EXPECT_EQ(scales.at("/a/level").text_length, 4u);
  EXPECT_THAT(std::get<Generated<double>>(scales.at("/b/dose").constants).all(), ElementsAre(0.5, 1.5));
  EXPECT_TRUE(scales.contains("/b/run"));
}

TEST(Schema, appending_keeps_shared_dimensions_once) {
  Schema schema = small_schema(), other;
  other.dimensions = {{"run", 3}, {"unit", 4}};
  other.datasets = {{"/c/x", ValueType::u8, {"run", "unit"}}};
  schema.append(other);
  EXPECT_EQ(schema.dimensions.size(), 4u);
  EXPECT_EQ(schema.datasets.size(), 3u);
  other.dimensions[0].size = 4;
  EXPECT_THROW(schema.append(other), InternalError);
}

TEST(Schema, counts_the_bytes_it_needs) {
  Schema schema = small_schema();
  const auto small = storage_bytes(schema);
  schema.dimensions[0].size = 1000003;
  EXPECT_GE(storage_bytes(schema), small + 1000000 * (2 * 4 + 2 * 8));
}

TEST(Schema, refuses_what_cannot_be_made) {
  EXPECT_NO_THROW(validate(small_schema()));
  const auto broken = [](auto&& change) {
    Schema schema = small_schema();
    change(schema);
    EXPECT_THROW(validate(schema), InternalError);
  };
  broken([](Schema& s) { s.datasets[0].dimensions = {"unknown"}; });
  broken([](Schema& s) { s.datasets.push_back(s.datasets[0]); });
  broken([](Schema& s) { s.datasets[0].path = "/a/run"; });
  broken([](Schema& s) { s.datasets[0].path = "a"; });
  broken([](Schema& s) { s.datasets[0].type = ValueType::text; });
  broken([](Schema& s) { s.datasets[0].constants = std::vector<double>{1, 2}; });
  broken([](Schema& s) { s.dimensions[0].size = 0; });
  broken([](Schema& s) { s.dimensions[1].labels = {"low"}; });
  broken([](Schema& s) { s.dimensions.push_back(s.dimensions[0]); });
}

TEST(ResultsSchema, names_of_levels_become_different_words) {
  ResultsShape shape;
  shape.keys = {"a", "b"};
  shape.factors = {{"rule", "", {"my rule", "my_rule", "my\trule", "bptt"}, {0, 0}}};
  const Schema schema = results_schema(shape);
  std::vector<std::string> words;
  for (const DatasetInfo& info : schema.datasets)
    if (info.path == "/design/rule") words = info.flag_meanings;
  ASSERT_EQ(words.size(), 4u);
  EXPECT_EQ(words[1], "my_rule");
  EXPECT_EQ(words[3], "bptt");
  EXPECT_EQ(std::set<std::string>(words.begin(), words.end()).size(), 4u);
  for (const std::string& word : words) EXPECT_EQ(word.find_first_of(" \t"), word.npos) << word;
}

TEST(ResultsSchema, refuses_codes_and_keys_that_do_not_fit) {
  ResultsShape good;
  good.keys = {"a", "b"};
  good.factors = {{"rule", "", {"bptt"}, {0, 0}}};
  EXPECT_NO_THROW(results_schema(good));
  const auto broken = [&](auto&& change) {
    ResultsShape shape = good;
    change(shape);
    EXPECT_THROW(results_schema(shape), InternalError);
  };
  broken([](ResultsShape& s) { s.keys = {"a", "a"}; });
  broken([](ResultsShape& s) { s.keys = {std::string(33, 'a'), "b"}; });
  broken([](ResultsShape& s) { s.factors[0].codes = {0}; });
  broken([](ResultsShape& s) { s.factors[0].codes = {0, 1}; });
  broken([](ResultsShape& s) { s.keys = {}; });
}

TEST(ResultsSchema, names_of_very_many_levels_are_a_dataset) {
  ResultsShape shape;
  shape.keys = {"a"};
  std::vector<std::string> levels(max_flags, "0");
  for (const bool is_many : {false, true}) {
    if (is_many) levels.push_back("a longer one");
    shape.factors = {{"seed", "", levels, {0}}};
    const Schema schema = results_schema(shape);
    std::map<std::string, const DatasetInfo*> known;
    for (const DatasetInfo& info : schema.datasets) known[info.path] = &info;
    EXPECT_EQ(known.at("/design/seed")->flag_meanings.size(), is_many ? 0 : max_flags);
    ASSERT_EQ(known.contains("/design/seed_names"), is_many);
    if (!is_many) continue;
    EXPECT_EQ(known.at("/design/seed_names")->text_length, 12u);
    EXPECT_EQ(std::get<Generated<std::string>>(known.at("/design/seed_names")->constants).all(), levels);
  }
}

TEST(ResultsSchema, sizes_of_a_million_runs_need_no_list) {
  ResultsShape shape;
  const auto never = [](std::size_t, auto) { FAIL() << "nobody asked for the values"; };
  shape.keys = {1000000, never};
  shape.factors = {{"rule", "", {"bptt"}, {1000000, never}}};
  EXPECT_GT(storage_bytes(results_schema(shape)), 1000000u * 32);
}

}  // namespace
}  // namespace cohort
