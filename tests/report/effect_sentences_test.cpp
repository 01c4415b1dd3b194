#include <cohort/report/effect_sentences.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace cohort {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

EffectTermSummary term(const std::string& name, ShareSummary share) {
  EffectTermSummary result;
  result.name = name;
  result.share = share;
  result.is_interaction = name.find(" x ") != std::string::npos;
  return result;
}

/// The table of the sentence that the plan asks for.
EffectsSummary example() {
  EffectsSummary effects;
  effects.view = "factors";
  effects.subject = "procrustes";
  effects.is_distances = true;
  effects.level = "error<=0.1";
  effects.reason = EffectReason::computed;
  effects.n_all = effects.n_usable = effects.n_runs = 72;
  effects.n_seeds = effects.n_all_seeds = 6;
  effects.levels = {{"rule", "bptt", true, 36, 36},
                    {"rule", "eprop", true, 36, 36},
                    {"architecture", "ctrnn", true, 36, 36},
                    {"architecture", "gru", true, 36, 36}};
  effects.terms = {term("rule", {0.06, 0.03, 0.09}), term("architecture", {0.41, 0.35, 0.47}),
                   term("initialization", {0.22, 0.17, 0.28}), term("rule x architecture", {0.03, -0.01, 0.07})};
  effects.differences = {{"rule", "architecture", {-0.35, -0.41, -0.29}},
                         {"rule", "initialization", {-0.16, -0.2, -0.1}},
                         {"architecture", "initialization", {0.19, 0.1, 0.28}}};
  return effects;
}

TEST(EffectSentence, says_shares_intervals_and_the_differences_that_matter) {
  EXPECT_EQ(
      effect_sentence(example()),
      "At error <= 0.1 (all 72 runs): architecture explains 41 % [35, 47] of the squared procrustes distance "
      "between networks, initialization 22 % [17, 28], rule 6 % [3, 9]; architecture - initialization 19 % [10, 28]; "
      "architecture - rule 35 % [29, 41].");
}

TEST(EffectSentence, names_the_part_of_the_study_it_speaks_of_and_what_is_missing) {
  EffectsSummary effects = example();
  effects.level = "error<=0.05";
  effects.n_usable = 48;
  effects.n_runs = 24;
  effects.levels = {{"rule", "bptt", true, 36, 36},
                    {"rule", "eprop", true, 12, 36},
                    {"gain", "0.5", false, 10, 24},
                    {"gain", "1", false, 14, 24},
                    {"gain", "1.5", true, 24, 24}};
  EXPECT_THAT(
      effect_sentence(effects),
      HasSubstr("At error <= 0.05, with gain 1.5 only (24 of 72 runs; bptt reached it in 36 of 36, eprop in 12 of "
                "36): architecture explains"));
  effects.n_seeds = 4;
  effects.is_search_exact = false;
  EXPECT_THAT(effect_sentence(effects), HasSubstr("with gain 1.5 and 4 of 6 seeds only (not all choices tried) (24"));
}

TEST(EffectSentence, across_holes_says_so) {
  EffectsSummary effects = example();
  effects.is_complete = false;
  effects.n_usable = effects.n_runs = 48;
  for (auto& level : effects.levels) level.is_kept = false;  // says nothing there
  effects.levels[1].n_usable = 12;
  EXPECT_THAT(
      effect_sentence(effects),
      testing::StartsWith("Across the holes, at error <= 0.1 (48 of 72 runs; bptt reached it in 36 of 36, eprop in "
                          "12 of 36): architecture"));
  effects.reason = EffectReason::nothing_missing;
  EXPECT_EQ(effect_sentence(effects), "");
}

TEST(EffectSentence, leaves_open_what_its_intervals_leave_open) {
  EffectsSummary effects = example();
  effects.terms[0].share = {0.01, -0.02, 0.04};
  effects.differences[2].share = {0.05, -0.03, 0.13};
  const std::string sentence = effect_sentence(effects);
  EXPECT_THAT(sentence, HasSubstr("rule 1 % [0, 4] (rule may be nothing)"));
  EXPECT_THAT(sentence, HasSubstr("architecture - initialization 5 % [-3, 13] (either may explain more)"));
}

TEST(EffectSentence, says_nothing_where_there_is_nothing) {
  EffectsSummary effects = example();
  effects.level = "update=0";
  effects.terms[0].share = {0, -1e-17, 1e-17};
  const std::string sentence = effect_sentence(effects);
  EXPECT_THAT(sentence, HasSubstr("At update 0 (all 72 runs): architecture explains 41 %"));
  EXPECT_THAT(sentence, HasSubstr(", rule nothing; "));
}

TEST(EffectSentence, has_no_intervals_of_two_seeds_and_says_why) {
  EffectsSummary effects = example();
  effects.n_seeds = effects.n_all_seeds = 2;
  for (auto& own : effects.terms) own.share.low = own.share.high = nan;
  for (auto& difference : effects.differences) difference.share.low = difference.share.high = nan;
  const std::string sentence = effect_sentence(effects);
  EXPECT_THAT(sentence, HasSubstr("architecture explains 41 % of the squared"));
  EXPECT_THAT(sentence, HasSubstr("No intervals: 2 seeds, and three are needed."));
  EXPECT_THAT(sentence, Not(HasSubstr("architecture - rule")));
  effects.n_seeds = 5;
  EXPECT_THAT(effect_sentence(effects), HasSubstr("No intervals: not enough complete seeds."));
}

TEST(EffectSentence, tells_interactions_that_are_there_beyond_doubt) {
  EffectsSummary effects = example();
  EXPECT_THAT(effect_sentence(effects), Not(HasSubstr(" x ")));
  effects.terms[3].share = {0.12, 0.08, 0.16};
  EXPECT_THAT(effect_sentence(effects), HasSubstr(", rule x architecture 12 % [8, 16];"));
}

TEST(EffectSentence, tells_of_a_seed_that_stands_far_from_the_rest) {
  EffectsSummary effects = example();
  effects.terms[1].far_seed = "3";
  effects.terms[1].without_far_seed = 0.12;
  EXPECT_THAT(effect_sentence(effects),
              HasSubstr("Seed 3 stands far from the others: without it architecture explains 12 %"));
}

TEST(EffectSentence, says_why_there_is_nothing_to_say) {
  EffectsSummary effects = example();
  effects.reason = EffectReason::no_complete_subdesign;
  effects.n_usable = 5;
  effects.levels[0].n_usable = 5;
  effects.levels[1].n_usable = 0;
  EXPECT_THAT(
      effect_sentence(effects),
      HasSubstr("At error <= 0.1 (5 of 72 runs; bptt reached it in 5 of 36, eprop in 0 of 36): nothing can be said of "
                "the squared procrustes distance between networks: no two levels of a factor have three seeds"));
  effects.reason = EffectReason::unknown;
  EXPECT_EQ(effect_sentence(effects), "");
}

TEST(EffectSentence, calls_what_is_explained_by_its_name) {
  EffectsSummary effects = example();
  effects.is_distances = false;
  effects.subject = "procrustes to ../data/m1.npy";
  EXPECT_THAT(effect_sentence(effects),
              HasSubstr("41 % [35, 47] of the variance of the procrustes distance to m1.npy"));
  effects.subject = "reached";
  EXPECT_THAT(effect_sentence(effects), HasSubstr("of the variance of whether it is reached"));
  effects.level = "final";
  EXPECT_THAT(effect_sentence(effects), HasSubstr("At the end (all 72 runs)"));
}

TEST(EffectTables, have_a_row_per_term_and_a_column_per_level) {
  EffectsSummary first = example(), last = example(), error = example();
  last.level = "final";
  last.terms[0].p_holm = 0.0123;
  last.terms[0].is_p_exact = true;
  last.terms[1].p_holm = 0.5;
  error.is_distances = false;
  error.subject = "error";
  const std::string text = effect_tables({first, last, error});
  EXPECT_THAT(text, HasSubstr("explained by"));
  EXPECT_THAT(text, HasSubstr("error<=0.1"));
  EXPECT_THAT(text, HasSubstr("72 (6)"));
  EXPECT_THAT(text, HasSubstr("6 % [3, 9], p 0.012"));
  EXPECT_THAT(text, HasSubstr("41 % [35, 47], p ~0.5"));
  EXPECT_THAT(text, HasSubstr("share of the variance of the error explained"));
  EXPECT_THAT(text, Not(HasSubstr("negative")));
  const std::string sentences = effect_sentences({first, last, error});
  EXPECT_EQ(std::count(sentences.begin(), sentences.end(), '\n'), 2) << "tables alone tell of other responses";
  EXPECT_EQ(effect_tables({}), "");
}

}  // namespace
}  // namespace cohort
