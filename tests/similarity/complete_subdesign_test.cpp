#include <cohort/core/errors.hpp>
#include <cohort/similarity/complete_subdesign.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace cohort {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Every combination of the levels of some factors and of blocks, blocks fastest.
FactorialLabels crossed(const std::vector<int>& n_levels, int n_blocks) {
  FactorialLabels labels;
  const auto named = [](const std::string& name, int n) {
    FactorLabels factor{name, {}, {}};
    for (int level = 0; level < n; ++level) factor.levels.push_back(name + std::to_string(level));
    return factor;
  };
  int n_runs = n_blocks;
  for (std::size_t factor = 0; factor < n_levels.size(); ++factor) {
    labels.factors.push_back(named(std::string(1, static_cast<char>('a' + factor)), n_levels[factor]));
    n_runs *= n_levels[factor];
  }
  labels.block = named("seed", n_blocks);
  for (int run = 0; run < n_runs; ++run) {
    labels.block.level_of.push_back(run % n_blocks);
    int rest = run / n_blocks;
    for (std::size_t factor = n_levels.size(); factor-- > 0;) {
      labels.factors[factor].level_of.push_back(rest % n_levels[factor]);
      rest /= n_levels[factor];
    }
  }
  return labels;
}

/// By its definition: every choice of levels and blocks is tried and its runs counted.
struct Best {
  std::size_t n_runs = 0, n_crossed = 0;
  std::vector<std::vector<bool>> levels;  ///< [factor][level]
};
Best by_trying_all(const FactorialLabels& labels, const std::vector<bool>& usable, std::size_t least_blocks) {
  std::set<std::vector<int>> there;  // levels, then block
  for (std::size_t run = 0; run < usable.size(); ++run) {
    if (!usable[run]) continue;
    std::vector<int> place;
    for (const FactorLabels& factor : labels.factors) place.push_back(factor.level_of[run]);
    place.push_back(labels.block.level_of[run]);
    there.insert(place);
  }
  std::vector<unsigned> mask(labels.factors.size(), 1);
  Best best;
  for (;;) {
    std::vector<std::vector<int>> places{{}};
    std::size_t n_crossed = 0;
    std::vector<std::vector<bool>> levels;
    for (std::size_t factor = 0; factor < mask.size(); ++factor) {
      std::vector<std::vector<int>> longer;
      levels.emplace_back();
      for (std::size_t level = 0; level < labels.factors[factor].levels.size(); ++level)
        levels.back().push_back((mask[factor] >> level & 1) != 0);
      for (const auto& place : places)
        for (std::size_t level = 0; level < levels.back().size(); ++level) {
          if (!levels.back()[level]) continue;
          longer.push_back(place);
          longer.back().push_back(static_cast<int>(level));
        }
      places = longer;
      n_crossed += std::count(levels.back().begin(), levels.back().end(), true) > 1 ? 1 : 0;
    }
    std::size_t n_blocks = 0;
    for (int block = 0; block < static_cast<int>(labels.block.levels.size()); ++block) {
      n_blocks += std::all_of(places.begin(), places.end(), [&](std::vector<int> place) {
        place.push_back(block);
        return there.contains(place);
      });
    }
    const std::size_t n_runs = places.size() * n_blocks;
    const bool is_candidate = n_crossed > 0 && n_blocks >= least_blocks;
    // An earlier level that one has and the other has not: vectors of bool compare so, larger first.
    if (is_candidate && std::tie(n_runs, n_crossed, levels) > std::tie(best.n_runs, best.n_crossed, best.levels))
      best = {n_runs, n_crossed, levels};
    std::size_t factor = 0;
    for (; factor < mask.size(); ++factor) {
      if (++mask[factor] < 1U << labels.factors[factor].levels.size()) break;
      mask[factor] = 1;
    }
    if (factor == mask.size()) return best;
  }
}

std::vector<std::vector<bool>> flags(const CompleteSubdesign& found, const FactorialLabels& labels) {
  std::vector<std::vector<bool>> result;
  for (std::size_t factor = 0; factor < found.levels.size(); ++factor) {
    result.emplace_back(labels.factors[factor].levels.size(), false);
    for (const int level : found.levels[factor]) result.back()[static_cast<std::size_t>(level)] = true;
  }
  return result;
}

/// Every combination of what is kept has its run, and no run else is in it.
void expect_complete(const CompleteSubdesign& found, const FactorialLabels& labels, const std::vector<bool>& usable) {
  std::size_t n = found.blocks.size();
  for (const auto& levels : found.levels) n *= levels.size();
  EXPECT_EQ(found.runs.size(), n);
  for (const std::size_t run : found.runs) {
    EXPECT_TRUE(usable[run]);
    for (std::size_t factor = 0; factor < found.levels.size(); ++factor)
      EXPECT_THAT(found.levels[factor], testing::Contains(labels.factors[factor].level_of[run]));
    EXPECT_THAT(found.blocks, testing::Contains(labels.block.level_of[run]));
  }
}

TEST(CompleteSubdesign, is_the_whole_design_when_nothing_is_missing) {
  const FactorialLabels labels = crossed({2, 3}, 4);
  const CompleteSubdesign found = complete_subdesign(labels, std::vector<bool>(24, true), 3);
  EXPECT_TRUE(found.is_exact);
  EXPECT_THAT(found.levels, ElementsAre(ElementsAre(0, 1), ElementsAre(0, 1, 2)));
  EXPECT_THAT(found.blocks, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(found.runs.size(), 24U);
}

TEST(CompleteSubdesign, leaves_out_levels_or_blocks_whichever_costs_less) {
  const FactorialLabels labels = crossed({2, 3}, 4);
  std::vector<bool> usable(24, true);
  usable[5] = false;  // a0, b1, seed 1
  EXPECT_THAT(complete_subdesign(labels, usable, 3).blocks, ElementsAre(0, 2, 3)) << "18 runs, without a level 16";
  usable[6] = usable[7] = false;
  const CompleteSubdesign found = complete_subdesign(labels, usable, 3);
  EXPECT_THAT(found.levels, ElementsAre(ElementsAre(0, 1), ElementsAre(0, 2))) << "three seeds are needed";
  expect_complete(found, labels, usable);
}

TEST(CompleteSubdesign, of_equals_keeps_more_factors_then_earlier_levels) {
  const FactorialLabels labels = crossed({2, 2}, 3);
  std::vector<bool> usable(12, true);
  for (const std::size_t run : {9, 10, 11}) usable[run] = false;  // a1, b1
  const CompleteSubdesign found = complete_subdesign(labels, usable, 3);
  EXPECT_THAT(found.levels, ElementsAre(ElementsAre(0, 1), ElementsAre(0))) << "and not {a0} x {b0, b1}: a comes first";
  const FactorialLabels three = crossed({4, 2, 2}, 3);
  usable.assign(48, false);
  for (std::size_t run = 0; run < 48; ++run) {
    const int a = three.factors[0].level_of[run], b = three.factors[1].level_of[run],
              c = three.factors[2].level_of[run];
    usable[run] = (b == 0 && c == 0) || a == 3;  // {a0..a3} x b0 x c0 and a3 x {b0, b1} x {c0, c1}: four cells each
  }
  EXPECT_THAT(complete_subdesign(three, usable, 3).levels,
              ElementsAre(ElementsAre(3), ElementsAre(0, 1), ElementsAre(0, 1)));
}

TEST(CompleteSubdesign, is_none_without_enough_blocks_or_two_levels) {
  const FactorialLabels labels = crossed({2, 2}, 3);
  EXPECT_FALSE(complete_subdesign(labels, std::vector<bool>(12, false), 3).exists());
  std::vector<bool> usable(12, false);
  usable[0] = usable[1] = usable[2] = true;
  EXPECT_THAT(complete_subdesign(labels, usable, 3).runs, IsEmpty()) << "one cell has no effects";
  usable.assign(12, true);
  usable[2] = usable[5] = usable[8] = usable[11] = false;
  EXPECT_FALSE(complete_subdesign(labels, usable, 3).exists());
  EXPECT_TRUE(complete_subdesign(labels, usable, 2).exists());
}

TEST(CompleteSubdesign, is_what_trying_everything_finds) {
  std::mt19937 random(11);
  std::size_t n_found = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
    std::vector<int> n_levels(static_cast<std::size_t>(pick(1, 3)));
    for (int& n : n_levels) n = pick(1, 4);
    const FactorialLabels labels = crossed(n_levels, pick(2, 5));
    std::vector<bool> usable(labels.n_runs());
    const int missing_in_ten = pick(0, 6);
    for (std::size_t run = 0; run < usable.size(); ++run) usable[run] = pick(1, 10) > missing_in_ten;
    const CompleteSubdesign found = complete_subdesign(labels, usable, 2);
    const Best best = by_trying_all(labels, usable, 2);
    ASSERT_TRUE(found.is_exact);
    ASSERT_EQ(found.runs.size(), best.n_runs) << "trial " << trial;
    if (best.n_runs == 0) continue;
    ++n_found;
    ASSERT_EQ(flags(found, labels), best.levels) << "trial " << trial;
    expect_complete(found, labels, usable);
  }
  EXPECT_GT(n_found, 100U);
}

TEST(CompleteSubdesign, is_found_greedily_where_there_are_too_many_subsets) {
  const FactorialLabels labels = crossed({2, 24}, 70);
  std::vector<bool> usable(labels.n_runs(), true);
  for (std::size_t run = 0; run < usable.size(); ++run) {
    const int level = labels.factors[1].level_of[run], block = labels.block.level_of[run];
    if (level == 7 && block % 2 == 0) usable[run] = false;
    if (block == 69 && labels.factors[0].level_of[run] == 1) usable[run] = false;
  }
  const CompleteSubdesign found = complete_subdesign(labels, usable, 3);
  EXPECT_FALSE(found.is_exact);
  EXPECT_EQ(found.levels[1].size(), 23U);
  EXPECT_EQ(found.blocks.size(), 69U);
  expect_complete(found, labels, usable);
  // Where both searches are possible the greedy one is complete too, and never larger.
  std::mt19937 random(12);
  for (int trial = 0; trial < 100; ++trial) {
    const FactorialLabels small = crossed({2, 3, 2}, 4);
    std::vector<bool> some(small.n_runs());
    for (std::size_t run = 0; run < some.size(); ++run) some[run] = random() % 8 != 0;
    const CompleteSubdesign greedy = complete_subdesign(small, some, 2, 1), exact = complete_subdesign(small, some, 2);
    EXPECT_LE(greedy.runs.size(), exact.runs.size());
    if (greedy.exists()) expect_complete(greedy, small, some);
  }
}

TEST(CompleteSubdesign, refuses_two_runs_of_one_combination) {
  FactorialLabels labels = crossed({2}, 3);
  labels.block.level_of[1] = 0;
  EXPECT_THROW(complete_subdesign(labels, std::vector<bool>(6, true), 2), InternalError);
}

}  // namespace
}  // namespace cohort
