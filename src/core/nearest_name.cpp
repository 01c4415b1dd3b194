#include <cohort/core/nearest_name.hpp>

#include <algorithm>
#include <cctype>

namespace cohort {

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
  std::stable_sort(known.begin(), known.end());
  std::stable_sort(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
    return edit_distance(word, a) < edit_distance(word, b);
  });
  return known;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto nearest = nearest_first(word, known);
  if (nearest.empty()) return "";
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
