#include <cohort/core/catalogue.hpp>
#include <cohort/core/dataset_name.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/core/registry.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cohort {
namespace {

using testing::HasSubstr;

Description eprop_like() {
  Description d;
  d.name = "eprop";
  d.parameters = {ParameterInfo::choice("feedback", "symmetric", {"symmetric", "random"}, ""),
                  ParameterInfo::number("rate", 0.5, 0, 1, "1", ""), ParameterInfo::integer("k", 3, 1, 10, "steps", "")};
  return d;
}

Catalogue rules() {
  Description bptt;
  bptt.name = "bptt";
  Description rflo;
  rflo.name = "rflo";
  return {"rule", {bptt, eprop_like(), rflo}};
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Variant, fills_defaults_and_orders_parameters_canonically) {
  EXPECT_EQ(rules().parse("eprop/k=4,rate=1e-1").canonical(), "eprop/feedback=symmetric,rate=0.1,k=4");
  EXPECT_EQ(rules().parse("eprop").canonical(), rules().parse("eprop/rate=0.50").canonical());
  EXPECT_NE(rules().parse("eprop").canonical(), rules().parse("eprop/rate=0.51").canonical());
  EXPECT_EQ(rules().parse("bptt").canonical(), "bptt");
  EXPECT_EQ(rules().versioned(rules().parse("eprop")), "eprop@1/feedback=symmetric,rate=0.5,k=3");
}

TEST(Variant, a_list_is_numbers_in_brackets) {
  Description task;
  task.name = "decision";
  task.parameters = {ParameterInfo::list("coherences", {0.1, 0.5}, 0, 1, "1", ""),
                     ParameterInfo::integer("repeats", 1, 1, 9, "1", "")};
  const Catalogue catalogue("task", {task});
  EXPECT_EQ(catalogue.parse("decision").list("coherences"), (std::vector<double>{0.1, 0.5}));
  EXPECT_EQ(catalogue.parse("decision/coherences=[ 0.2, .3 ],repeats=2").list("coherences"),
            (std::vector<double>{0.2, 0.3}));
  EXPECT_EQ(catalogue.parse("decision/coherences=0.2").canonical(), "decision/coherences=0.2,repeats=1");
  for (const char* wrong : {"[0.1,2]", "uniform(0,1)", "[0.1,b]", "[]"})
    EXPECT_THAT(message_of([&] { catalogue.parse(std::string("decision/coherences=") + wrong); }),
                HasSubstr("a list [a, b] of numbers in [0, 1] is needed"));
}

TEST(Variant, unknown_name_lists_the_nearest_first) {
  const auto message = message_of([] { rules().parse("rflp"); });
  EXPECT_THAT(message, HasSubstr("unknown rule 'rflp' (known: rflo"));
  EXPECT_THAT(message, HasSubstr("Did you mean 'rflo'?"));
}

TEST(Variant, refuses_what_no_parameter_allows) {
  EXPECT_THAT(message_of([] { rules().parse("eprop/feedbak=random"); }), HasSubstr("Did you mean 'feedback'?"));
  EXPECT_THAT(message_of([] { rules().parse("eprop/feedback=randm"); }), HasSubstr("Did you mean 'random'?"));
  EXPECT_THAT(message_of([] { rules().parse("eprop/rate=-1"); }), HasSubstr("number in [0, 1]"));
  EXPECT_THAT(message_of([] { rules().parse("eprop/k=2.5"); }), HasSubstr("integer in [1, 10]"));
  EXPECT_THAT(message_of([] { rules().parse("eprop/k=2,k=3"); }), HasSubstr("given twice"));
  EXPECT_THAT(message_of([] { rules().parse("eprop/random"); }), HasSubstr("no parameter=value"));
  EXPECT_THAT(message_of([] { rules().parse("eprop/rate=nan"); }), HasSubstr("number"));
}

TEST(Variant, blanks_do_not_count) {
  EXPECT_EQ(rules().parse(" eprop / k = 4,\trate = .5 ").canonical(), "eprop/feedback=symmetric,rate=0.5,k=4");
  EXPECT_EQ(Variant::parse("ctrnn/units=20, tau=50"), (Variant{"ctrnn", {{"units", "20"}, {"tau", "50"}}}));
}

TEST(Variant, anything_can_be_quoted) {
  const Variant variant = Variant::parse(R"(from_file/path="a,b=\"c\" \\ [d", "x=y" = z)");
  EXPECT_EQ(variant, (Variant{"from_file", {{"path", R"(a,b="c" \ [d)"}, {"x=y", "z"}}}));
  EXPECT_THAT(message_of([] { Variant::parse("a/b=\"c"); }), HasSubstr("does not end"));
  EXPECT_THAT(message_of([] { Variant::parse("a/b=\"c\"d"); }), HasSubstr("follows a quoted text"));
}

TEST(Variant, is_printed_without_quotes_where_they_are_not_needed) {
  for (const char* plain : {"bptt", "eprop/feedback=random", "mdgl/theta=[3,3,-1]", "ctrnn/tau=uniform(5,50),units=3",
                            "from_file/path=my trials/lr=0.1", "from_file/path="})
    EXPECT_EQ(Variant::parse(plain).text(), plain);
  EXPECT_EQ((Variant{"from_file", {{"path", "lr=0.1,seed=3"}}}.text()), R"(from_file/path="lr=0.1,seed=3")");
}

TEST(Variant, what_is_printed_is_read_as_the_same) {
  RandomStream stream("test", "variants", 1);
  const auto random_text = [&] {
    constexpr std::string_view letters = "ab1,=/[]()\"\\ \t\n#'.";
    std::string text;
    for (auto n = static_cast<int>(stream.uniform(0, 7)); n > 0; --n)
      text += letters[static_cast<std::size_t>(stream.uniform(0, static_cast<double>(letters.size()))) % letters.size()];
    return text;
  };
  for (int i = 0; i < 20000; ++i) {
    Variant variant{random_text()};
    for (auto n = static_cast<int>(stream.uniform(0, 4)); n > 0; --n)
      variant.parameters.emplace_back(random_text(), random_text());
    ASSERT_EQ(Variant::parse(variant.text()), variant) << variant.text();
  }
}

TEST(DatasetName, keeps_plain_names_and_tells_others_apart) {
  EXPECT_EQ(dataset_name("procrustes"), "procrustes");
  EXPECT_EQ(dataset_name("procrustes/distance=euclidean"), "procrustes_distance_euclidean");
  EXPECT_EQ(dataset_name("eprop/feedback=random"), "eprop_feedback_random");
  std::set<std::string> names;
  for (const char* text : {"my rule", "my_rule", "my  rule", "my(rule", "my\"rule", "", "."}) names.insert(dataset_name(text));
  EXPECT_EQ(names.size(), 7);
  for (const std::string& name : names) EXPECT_EQ(name.find_first_of("/ \""), name.npos) << name;
}

TEST(Catalogue, refuses_unsorted_and_duplicate_names) {
  Description a, b;
  a.name = "a";
  b.name = "b";
  EXPECT_THROW(Catalogue("rule", {b, a}), InternalError);
  EXPECT_THROW(Catalogue("rule", {a, a}), InternalError);
}

TEST(NearestName, counts_edits) {
  EXPECT_EQ(edit_distance("rflo", "rflo"), 0);
  EXPECT_EQ(edit_distance("rflo", "rlfo"), 1);
  EXPECT_EQ(edit_distance("eprop", "e-prop"), 1);
  EXPECT_EQ(did_you_mean("zzzzz", {"bptt", "eprop"}), "");
}

TEST(UserError, tells_problem_why_suggestion_and_place) {
  const UserError error("unknown key 'x'", "known: y", "Did you mean 'y'?");
  EXPECT_STREQ(error.at({"study.toml", 3, 7}).what(), "study.toml:3:7: unknown key 'x' (known: y). Did you mean 'y'?");
  EXPECT_STREQ(error.at({"a", 1, 1}).at({"b", 2, 2}).what(), "a:1:1: unknown key 'x' (known: y). Did you mean 'y'?");
}

}  // namespace
}  // namespace cohort
