#include <cohort/core/nearest_name.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

namespace cohort {
namespace {

constexpr std::size_t kLongestWord = 200;  ///< what is longer is no misspelt name, and would take its time

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  const std::size_t n = a.size(), m = b.size();
  std::vector<std::vector<int>> cost(n + 1, std::vector<int>(m + 1));
  for (std::size_t i = 0; i <= n; ++i) cost[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j <= m; ++j) cost[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t j = 1; j <= m; ++j) {
      const int replace = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + replace});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[n][m];
}

std::vector<std::string> nearest_first(std::string_view word, std::vector<std::string> known) {
  std::sort(known.begin(), known.end());
  if (word.size() > kLongestWord) return known;
  std::vector<std::pair<int, std::string>> by_distance;
  for (std::string& name : known) by_distance.emplace_back(edit_distance(word, name), std::move(name));
  std::stable_sort(by_distance.begin(), by_distance.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  known.clear();
  for (auto& [distance, name] : by_distance) known.push_back(std::move(name));
  return known;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto nearest = nearest_first(word, known);
  if (nearest.empty() || word.size() > kLongestWord) return "";
  const bool is_start = !word.empty() && nearest.front().starts_with(word);
  const int limit = std::max<int>(1, static_cast<int>(word.size()) / 3);
  const auto suggest = [](const std::string& name) { return "Did you mean '" + name + "'?"; };
  if (is_start || edit_distance(word, nearest.front()) <= limit) return suggest(nearest.front());
  constexpr std::size_t shortest_part = 4;  // shorter parts are in too many names
  if (word.size() < shortest_part) return "";
  const auto whole = std::find_if(nearest.begin(), nearest.end(),
                                  [&](const std::string& name) { return name.find(word) != std::string::npos; });
  return whole == nearest.end() ? "" : suggest(*whole);
}

}  // namespace cohort
