#pragma once

#include <cstddef>
#include <functional>

namespace cohort {

/// What the next round of an analysis is cut by.
struct RoundCut {
  std::size_t n_open = 0;                         ///< items that are left, costliest first
  int n_workers = 1;                              ///< ranks that do them
  double seconds_per_cost = 0;                    ///< what a unit of cost took so far; 0: no item has ended yet
  std::function<double(std::size_t)> cost;        ///< of the n-th of them
  std::function<std::size_t(std::size_t)> words;  ///< 64-bit words that it leaves
};

/// How many items make the next round: some seconds of work and some megabytes, so that a job that dies loses little.
/// The first round is short: it tells how long an item takes.
std::size_t size_of_round(const RoundCut& cut);

}  // namespace cohort
