#include <cohort/core/errors.hpp>
#include <cohort/similarity/factorial_labels.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cohort {
namespace {

void check_levels(const FactorLabels& factor, std::size_t n_runs, std::size_t least) {
  if (factor.level_of.size() != n_runs)
    throw UserError(fmt::format("factor '{}' has {} labels for {} runs", factor.name, factor.level_of.size(), n_runs));
  std::vector<bool> occurs(factor.levels.size(), false);
  for (const int level : factor.level_of) {
    if (level < 0 || static_cast<std::size_t>(level) >= occurs.size())
      throw UserError(fmt::format("factor '{}' has no level number {}", factor.name, level));
    occurs[static_cast<std::size_t>(level)] = true;
  }
  const auto missing = std::find(occurs.begin(), occurs.end(), false);
  if (missing != occurs.end())
    throw UserError(fmt::format("no run has level '{}' of factor '{}'",
                                factor.levels[static_cast<std::size_t>(missing - occurs.begin())], factor.name));
  if (occurs.size() < least)
    throw UserError(fmt::format("factor '{}' has one level{}", factor.name,
                                factor.levels.empty() ? std::string{} : fmt::format(", '{}'", factor.levels.front())),
                    "an effect is a difference between levels", "Leave the factor out.");
}

/// The factor with the levels that the chosen runs have, in their order.
FactorLabels factor_of(const FactorLabels& factor, const std::vector<std::size_t>& runs) {
  std::vector<int> new_level(factor.levels.size(), -1);
  for (const std::size_t run : runs) new_level[static_cast<std::size_t>(factor.level_of.at(run))] = 0;
  FactorLabels kept{factor.name, {}, {}};
  for (std::size_t level = 0; level < new_level.size(); ++level)
    if (new_level[level] == 0) {
      new_level[level] = static_cast<int>(kept.levels.size());
      kept.levels.push_back(factor.levels[level]);
    }
  for (const std::size_t run : runs) kept.level_of.push_back(new_level[static_cast<std::size_t>(factor.level_of[run])]);
  return kept;
}

}  // namespace

void check(const FactorialLabels& labels) {
  const std::size_t n_runs = labels.n_runs();
  if (labels.factors.empty()) throw UserError("there is no factor", "every effect belongs to one");
  if (n_runs < 2) throw UserError(fmt::format("there are {} runs", n_runs), "effects are differences between runs");
  std::set<std::string> names;
  for (const FactorLabels& factor : labels.factors) {
    check_levels(factor, n_runs, 2);
    if (!names.insert(factor.name).second) throw UserError(fmt::format("two factors are named '{}'", factor.name));
  }
  if (!labels.has_block()) return;
  check_levels(labels.block, n_runs, 1);
  if (names.contains(labels.block.name))
    throw UserError(fmt::format("'{}' is a factor and the block", labels.block.name));
}

FactorialLabels labels_of(const FactorialLabels& labels, const std::vector<std::size_t>& runs) {
  FactorialLabels kept;
  for (const FactorLabels& factor : labels.factors) {
    FactorLabels one = factor_of(factor, runs);
    if (one.levels.size() > 1) kept.factors.push_back(std::move(one));
  }
  if (labels.has_block()) kept.block = factor_of(labels.block, runs);
  return kept;
}

}  // namespace cohort
