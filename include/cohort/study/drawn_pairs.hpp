#pragma once

#include <cohort/study/design.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// Two runs, by number; the first is the smaller.
struct RunPair {
  std::size_t first, second;
  auto operator<=>(const RunPair&) const = default;
};

/// `n` of the pairs of runs with these keys, or all if there are no more, in the order of their numbers.
///
/// A pair is drawn by its own number: the smaller of (h(a) - g(b)) and (h(b) - g(a)), with h and g two hashes of a key,
/// differences modulo 2^64; the pairs with the smallest numbers are the sample. Every pair is as likely as every other,
/// and its number depends on its two keys alone: not on ranks, nor on the order of the runs. So when a study grows
/// only new pairs with still smaller numbers push old ones out, and a larger sample holds the smaller one.
/// Takes n_runs log(n_runs) + n log(n_runs), never the square of n_runs.
std::vector<RunPair> drawn_pairs(const std::vector<std::string>& keys, std::size_t n);

/// Those that `choice`, a sample, draws of the runs of a study.
std::vector<RunPair> drawn_pairs(const Design& design, const PairChoice& choice);

/// Pairs of different runs that there are.
std::size_t n_all_pairs(std::size_t n_runs);

}  // namespace cohort
