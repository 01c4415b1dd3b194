#include "run_copies.hpp"

#include "carry_over.hpp"
#include "run_rows.hpp"

#include <algorithm>

namespace cohort {
namespace {

/// Where the levels of a dataset are in the old file and in the new one: one block for all, unless they have moved.
struct LevelRange {
  std::size_t from, to, count;
};

std::vector<LevelRange> level_ranges(const std::vector<std::size_t>& level_from, std::size_t n_old) {
  bool is_same = level_from.size() == n_old;
  for (std::size_t level = 0; level < level_from.size(); ++level) is_same = is_same && level_from[level] == level;
  if (is_same) return {{0, 0, n_old}};
  std::vector<LevelRange> ranges;
  for (std::size_t level = 0; level < level_from.size(); ++level) ranges.push_back({level_from[level], level, 1});
  return ranges;
}

void copy_rows(ResultsFile& from, ResultsFile& to, const DatasetInfo& info, const RunRange& runs,
               const std::vector<std::size_t>& level_from) {
  Extent count = from.extent(info.path), source(count.size(), 0), target(count.size(), 0);
  count[0] = runs.count;
  source[0] = runs.from;
  target[0] = runs.to;
  const auto named = std::find(info.dimensions.begin(), info.dimensions.end(), "level");
  if (named == info.dimensions.end()) return copy_block(from, to, info, source, target, count);
  const auto axis = static_cast<std::size_t>(named - info.dimensions.begin());
  for (const LevelRange& levels : level_ranges(level_from, count[axis])) {
    Extent part = count;
    part[axis] = levels.count;
    source[axis] = levels.from;
    target[axis] = levels.to;
    copy_block(from, to, info, source, target, part);
  }
}

}  // namespace

std::vector<RunRange> run_ranges(const std::vector<KeptRun>& kept, std::size_t most) {
  std::vector<RunRange> result;
  for (const auto& [from, to] : kept) {
    const bool goes_on = !result.empty() && result.back().from + result.back().count == from &&
                         result.back().to + result.back().count == to && result.back().count < most;
    if (goes_on)
      ++result.back().count;
    else
      result.push_back({from, to, 1});
  }
  return result;
}

void copy_runs(ResultsFile& from, ResultsFile& to, const Schema& schema, const RunRange& runs,
               const std::vector<std::size_t>& level_from) {
  for (const auto& info : schema.datasets) {
    const bool written_last = info.path == "/state/status" || info.path == "/state/checksum";
    if (!belongs_to_one_run(info) || !info.made_from.empty() || written_last || !from.has(info.path)) continue;
    if (fits(info, from.extent(info.path), to.extent(info.path))) copy_rows(from, to, info, runs, level_from);
  }
}

}  // namespace cohort
