#include "pair_distances.hpp"

#include <cohort/similarity/comparability.hpp>

#include <algorithm>
#include <map>

namespace cohort {

PairDistances::PairDistances(ResultsFile& file, const std::vector<std::vector<std::int32_t>>& codes,
                             const std::vector<std::size_t>& factors, std::size_t n_levels)
    : file_(file), n_runs_(codes.empty() ? 0 : codes.front().size()), n_levels_(n_levels) {
  for (const std::size_t factor : factors) alike_.push_back(alike_but_for(factor, codes));
}

std::size_t PairDistances::Alike::n_pairs() const {
  std::size_t n = 0;
  for (const auto& runs : members) n += runs.size() * (runs.size() - 1) / 2;
  return n;
}

PairDistances::Alike PairDistances::alike_but_for(std::size_t factor,
                                                  const std::vector<std::vector<std::int32_t>>& codes) const {
  Alike alike{factor};
  std::map<std::vector<std::int32_t>, std::size_t> numbers;  // of groups, by their other levels
  for (std::size_t run = 0; run < n_runs_; ++run) {
    std::vector<std::int32_t> levels;
    for (std::size_t other = 0; other < codes.size(); ++other)
      if (other != factor) levels.push_back(codes[other][run]);
    const std::size_t group = numbers.try_emplace(levels, numbers.size()).first->second;
    if (group == alike.members.size()) alike.members.emplace_back();
    alike.members[group].push_back(run);
    alike.group.push_back(group);
  }
  return alike;
}

/// Calls `use(run, its row)` for all runs in order.
template <class Value, class Use>
void PairDistances::for_each_row(const std::string& path, std::size_t level, const Use& use) const {
  constexpr std::size_t values_at_once = std::size_t{1} << 20;
  const std::size_t n_rows = std::max<std::size_t>(1, values_at_once / std::max<std::size_t>(1, n_runs_));
  for (std::size_t first = 0; first < n_runs_; first += n_rows) {
    const std::size_t count = std::min(n_rows, n_runs_ - first);
    const auto block = file_.read<Value>(path, {level, first, 0}, {1, count, n_runs_});
    for (std::size_t row = 0; row < count; ++row) use(first + row, &block[row * n_runs_]);
  }
}

std::vector<PairSummary> PairDistances::of_factors(const std::string& path, const Measure& measure) const {
  std::vector<PairSummary> result;
  for (const Alike& alike : alike_) result.push_back({alike.factor, alike.n_pairs()});
  for (std::size_t level = 0; level < n_levels_; ++level) {
    std::vector<RunningMoments> sums(alike_.size());
    for_each_row<double>(path, level, [&](std::size_t run, const double* distances) {
      for (std::size_t i = 0; i < alike_.size(); ++i)
        for (const std::size_t other : alike_[i].members[alike_[i].group[run]])
          if (other > run) sums[i].add(measure.normalized(distances[other]));
    });
    for (std::size_t i = 0; i < alike_.size(); ++i) result[i].distances.push_back(sums[i].moments());
  }
  return result;
}

std::vector<PairsWithout> PairDistances::without(const std::string& path, bool is_symmetric) const {
  const std::string reasons = path + "_reason";
  if (!file_.has(reasons)) return {};
  std::map<Comparability, std::size_t> n_pairs;
  for (std::size_t level = 0; level < n_levels_; ++level)
    for_each_row<std::uint8_t>(reasons, level, [&](std::size_t run, const std::uint8_t* codes) {
      for (std::size_t other = is_symmetric ? run + 1 : 0; other < n_runs_; ++other)
        if (const auto code = static_cast<Comparability>(codes[other]);
            other != run && code > Comparability::comparable)
          ++n_pairs[code];
    });
  std::vector<PairsWithout> without;
  for (const auto& [code, n] : n_pairs) without.push_back({reason_of(code), n});
  return without;
}

}  // namespace cohort
