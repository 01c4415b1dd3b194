#pragma once

#include <cohort/similarity/factorial_labels.hpp>

#include <cstddef>
#include <vector>

namespace cohort {

/// A part of a factorial in which nothing is missing: some levels of each factor and some blocks, every combination of
/// which has a run.
struct CompleteSubdesign {
  std::vector<std::vector<int>> levels{};  ///< [factor] those kept, rising
  std::vector<int> blocks{};               ///< those kept, rising
  std::vector<std::size_t> runs{};         ///< rising; empty: there is no such part
  bool is_exact = true;                    ///< false: too many subsets to try, found by leaving out what lacks most

  bool exists() const { return !runs.empty(); }
};

/// Subsets of levels, over all factors, up to which the search is exact.
inline constexpr std::size_t most_level_subsets = std::size_t{1} << 20;

/// The largest complete part of the runs that are `usable` [n_runs]: most runs among the products of level subsets with
/// at least `least_blocks` complete blocks and two levels of some factor. Of equally large ones the one that keeps two
/// levels of more factors, then the one with the earlier levels. Above `most_subsets` combinations of subsets it leaves
/// out, one after the other, the level or block that lacks most, and takes back what then fits. Every combination of
/// levels and block has one run at most.
CompleteSubdesign complete_subdesign(const FactorialLabels& labels, const std::vector<bool>& usable,
                                     std::size_t least_blocks, std::size_t most_subsets = most_level_subsets);

}  // namespace cohort
