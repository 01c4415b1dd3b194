#include <cohort/study/drawn_pairs.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace cohort::test {
namespace {

std::vector<std::string> keys(std::size_t n, std::size_t first = 0) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < n; ++i) result.push_back(fmt::format("key of run {}", first + i));
  return result;
}

using KeyPair = std::pair<std::string, std::string>;

std::set<KeyPair> keys_of(const std::vector<RunPair>& pairs, const std::vector<std::string>& names) {
  std::set<KeyPair> result;
  for (const auto& [a, b] : pairs) result.insert(std::minmax(names[a], names[b]));
  return result;
}

TEST(DrawnPairs, are_as_many_as_asked_for_and_all_different) {
  const auto pairs = drawn_pairs(keys(100), 300);
  ASSERT_EQ(pairs.size(), 300u);
  EXPECT_TRUE(std::ranges::is_sorted(pairs));
  EXPECT_EQ(std::set<RunPair>(pairs.begin(), pairs.end()).size(), 300u);
  for (const auto& [a, b] : pairs) EXPECT_TRUE(a < b && b < 100);
}

TEST(DrawnPairs, are_all_pairs_when_there_are_no_more) {
  EXPECT_EQ(drawn_pairs(keys(7), 1000).size(), 21u);
  EXPECT_TRUE(drawn_pairs(keys(1), 5).empty());
  EXPECT_EQ(drawn_pairs(keys(2), 5), (std::vector<RunPair>{{0, 1}}));
}

TEST(DrawnPairs, do_not_depend_on_the_order_of_the_runs) {
  const std::vector<std::string> names = keys(200);
  std::vector<std::string> turned(names.rbegin(), names.rend());
  EXPECT_EQ(keys_of(drawn_pairs(names, 500), names), keys_of(drawn_pairs(turned, 500), turned));
}

TEST(DrawnPairs, stay_when_the_sample_grows_and_few_go_when_the_study_grows) {
  const std::vector<std::string> few = keys(200), many = keys(220);
  const auto small = keys_of(drawn_pairs(few, 500), few), large = keys_of(drawn_pairs(few, 800), few);
  EXPECT_TRUE(std::ranges::includes(large, small));
  const auto after = keys_of(drawn_pairs(many, 500), many);
  std::size_t n_kept = 0;
  for (const KeyPair& pair : after) n_kept += small.contains(pair);
  // Of the pairs of 220 runs those of the first 200 are (200/220)^2 = 83 %.
  EXPECT_NEAR(static_cast<double>(n_kept), 500 * 200.0 * 199 / (220 * 219), 40);
  for (const KeyPair& pair : after) {
    const bool is_old = std::ranges::count(few, pair.first) > 0 && std::ranges::count(few, pair.second) > 0;
    EXPECT_TRUE(!is_old || small.contains(pair)) << "no old pair comes in that was not drawn before";
  }
}

TEST(DrawnPairs, are_drawn_evenly) {
  constexpr std::size_t n_runs = 20, n_studies = 400, n_drawn = 38;  // a fifth of all
  std::map<RunPair, std::size_t> times;
  for (std::size_t study = 0; study < n_studies; ++study)
    for (const RunPair& pair : drawn_pairs(keys(n_runs, 1000 * study), n_drawn)) ++times[pair];
  ASSERT_EQ(times.size(), 190u);
  double chi_squared = 0;
  constexpr double expected = n_studies * 0.2;
  for (const auto& [pair, n] : times)
    chi_squared += (static_cast<double>(n) - expected) * (static_cast<double>(n) - expected) / (expected * 0.8);
  EXPECT_NEAR(chi_squared, 190, 4 * std::sqrt(2 * 190.0));
}

TEST(DrawnPairs, take_no_square_of_the_runs) {
  EXPECT_EQ(drawn_pairs(keys(100'000), 2000).size(), 2000u);  // 5,000,000,000 pairs
}

}  // namespace
}  // namespace cohort::test
