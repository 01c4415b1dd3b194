#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// Which level of one factor each run has.
struct FactorLabels {
  std::string name{};
  std::vector<std::string> levels{};
  std::vector<int> level_of{};  ///< [run], index into `levels`
};

/// The factorial design behind a set of runs: crossed factors, and the block (the seed) whose members share what was
/// drawn. Cells need not be complete, nor hold one run per block.
struct FactorialLabels {
  std::vector<FactorLabels> factors{};
  FactorLabels block{};  ///< the seed; without levels: unknown, and then nothing across seeds can be said

  std::size_t n_runs() const { return factors.empty() ? block.level_of.size() : factors.front().level_of.size(); }
  bool has_block() const { return !block.levels.empty(); }
};

/// Throws UserError unless every factor has a name of its own, at least two levels that all occur, and one label per
/// run that names a level; the block may have a single level. A factor with one level explains nothing: leave it out.
void check(const FactorialLabels& labels);

/// The labels of some runs; levels that no longer occur are dropped, and with them factors that keep a single level.
FactorialLabels labels_of(const FactorialLabels& labels, const std::vector<std::size_t>& runs);

}  // namespace cohort
