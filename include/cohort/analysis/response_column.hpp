#pragma once

#include <cohort/analysis/effect_design.hpp>
#include <cohort/analysis/finished_runs.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cohort {

/// A number of each run at each level, whose variance the factors may explain.
struct ResponseColumn {
  std::string name{};     ///< "error", "procrustes to m1.npy"
  std::string meaning{};  ///< "error on the evaluation trials"
  /// At levels that are given numbers of updates, or the end, it says nothing.
  bool is_of_matched_levels = false;
  /// [n_runs], NaN where a run has none.
  std::function<std::vector<double>(const FinishedRuns& runs, std::size_t level)> values{};
};

/// Those that the settings of `design` ask for.
std::vector<ResponseColumn> response_columns(const EffectDesign& design);

/// A level that networks reach by being good enough, not a given number of updates or the end.
bool is_matched_level(const std::string& level);

}  // namespace cohort
