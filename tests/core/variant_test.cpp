#include <cohort/core/catalogue.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/core/registry.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort {
namespace {

using testing::HasSubstr;

Description eprop_like() {
  Description d;
  d.name = "eprop";
  d.parameters = {ParameterInfo::choice("feedback", "symmetric", {"symmetric", "random"}, ""),
                  ParameterInfo::number("rate", 0.5, 0, 1, "1", ""),
                  ParameterInfo::integer("k", 3, 1, 10, "steps", "")};
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

TEST(Variant, blanks_do_not_matter) {
  EXPECT_EQ(rules().parse(" eprop / k = 4 , rate = 0.1 ").canonical(), rules().parse("eprop/k=4,rate=0.1").canonical());
  EXPECT_EQ(to_text(parse_variant("ctrnn/units=20, tau=50")), "ctrnn/units=20,tau=50");
  EXPECT_EQ(to_text(parse_variant("task/c=[ 0.2, .3 ], tau = uniform(1, 5)")), "task/c=[0.2,.3],tau=uniform(1, 5)");
}

TEST(Variant, any_text_can_be_quoted) {
  const Variant file = parse_variant("from_file/path=\"a, b/[c]=\\\"d\\\\\",n=2");
  ASSERT_EQ(file.parameters.size(), 2U);
  EXPECT_EQ(*file.parameters[0].second.text(), "a, b/[c]=\"d\\");
  EXPECT_EQ(*file.parameters[1].second.text(), "2");
  EXPECT_EQ(parse_variant(to_text(file)), file);
  EXPECT_EQ(parse_variant("\"my/rule\"").name, "my/rule");
}

TEST(Variant, paths_keep_their_old_form_where_it_is_unambiguous) {
  Description task;
  task.name = "from_file";
  task.parameters = {ParameterInfo::path("path", ""), ParameterInfo::integer("n", 1, 0, 9, "1", "")};
  const Catalogue catalogue("task", {task});
  EXPECT_EQ(catalogue.parse("from_file/path=../a/b.h5").canonical(), "from_file/path=../a/b.h5,n=1");
  EXPECT_EQ(catalogue.parse("from_file").canonical(), "from_file/path=,n=1");
  EXPECT_EQ(catalogue.parse({"from_file", {{"path", "lr=0.1,seed=3"}}}).canonical(),
            "from_file/path=\"lr=0.1,seed=3\",n=1");
  EXPECT_EQ(catalogue.versioned(catalogue.parse({"from_file", {{"path", "a,b"}}})), "from_file@1/path=,n=1");
}

TEST(Variant, variants_nest) {
  Description meta;
  meta.name = "meta";
  meta.parameters = {ParameterInfo::variant("inner", "bptt", ""), ParameterInfo::integer("n", 1, 0, 9, "1", "")};
  const Catalogue catalogue("rule", {meta});
  const Parameters parameters = catalogue.parse("meta/inner={eprop/feedback=random, k=2},n=3");
  EXPECT_EQ(parameters.canonical(), "meta/inner={eprop/feedback=random,k=2},n=3");
  EXPECT_EQ(rules().parse(parameters.variant("inner")).integer("k"), 2);
  EXPECT_EQ(catalogue.parse(parse_variant(parameters.canonical())).canonical(), parameters.canonical());
  EXPECT_EQ(catalogue.parse("meta").variant("inner").name, "bptt");
}

/// A random text over the characters that mean something to the parser.
std::string random_text(RandomStream& stream) {
  constexpr std::string_view letters = "ab1 ,=/[](){}\"\\.";
  std::string text;
  for (auto left = stream.integer(8); left > 0; --left) text += letters[stream.integer(letters.size())];
  return text;
}

Variant random_variant(RandomStream& stream, int depth) {
  Variant variant{"n" + random_text(stream), {}};
  for (auto left = stream.integer(4); left > 0; --left) {
    const std::string parameter = "p" + std::to_string(left);
    switch (stream.integer(depth > 0 ? 3 : 2)) {
      case 0:
        variant.set(parameter, random_text(stream));
        break;
      case 1:
        variant.set(parameter, std::vector<std::string>{random_text(stream), random_text(stream)});
        break;
      default:
        variant.set(parameter, random_variant(stream, depth - 1));
    }
  }
  return variant;
}

TEST(Variant, what_is_printed_reads_back_the_same) {
  RandomStream stream("test", "variants", 1);
  for (int i = 0; i < 20000; ++i) {
    const Variant variant = random_variant(stream, 2);
    EXPECT_EQ(parse_variant(to_text(variant)), variant) << to_text(variant);
    if (testing::Test::HasFailure()) break;
  }
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
  EXPECT_EQ(did_you_mean("mante_2013", {"flip_flop", "context_integration_mante_2013"}),
            "Did you mean 'context_integration_mante_2013'?")
      << "a part of a name";
  EXPECT_EQ(did_you_mean("in", {"flip_flop", "context_integration_mante_2013"}), "") << "too short a part";
}

TEST(UserError, tells_problem_why_suggestion_and_place) {
  const UserError error("unknown key 'x'", "known: y", "Did you mean 'y'?");
  EXPECT_STREQ(error.at({"study.toml", 3, 7}).what(), "study.toml:3:7: unknown key 'x' (known: y). Did you mean 'y'?");
  EXPECT_STREQ(error.at({"a", 1, 1}).at({"b", 2, 2}).what(), "a:1:1: unknown key 'x' (known: y). Did you mean 'y'?");
}

}  // namespace
}  // namespace cohort
