#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/design_cells.hpp>

#include "permutation_count.hpp"

#include <cstddef>
#include <vector>

namespace cohort {

/// Synchronized permutations of a factor: in each seed one relabelling of its levels for all runs of that seed. Exact
/// when the factor has no effect on average over seeds: relabelling is what an exchange of levels in a seed would do.
/// Requires one run in every cell and seed; statistic: the sum of squares of the factor.
///
/// The sum of squares after any relabelling follows from the sums of d² between (level, seed) and (level', seed'),
/// so that no relabelling looks at a run.
class SynchronizedTest {
 public:
  SynchronizedTest(const FactorialLabels& labels, std::size_t factor);

  /// Row `run` of the squared distances. Every run once.
  void add_row(std::size_t run, const double* squares);

  /// (L!)^(1 - seeds): the smallest p there can be, since one relabelling for all seeds changes nothing.
  double floor() const;
  /// All relabellings where there are at most `max_enumerated`, else `n_random` random ones of `stream` and the
  /// observed one. `ss` is the observed sum of squares and `total` that of the runs: they say how much rounding is.
  PermutationCount count(double ss, double total, std::size_t max_enumerated, std::size_t n_random,
                         const RandomStream& stream) const;

 private:
  /// Σ over pairs of seeds of the sums between runs that have one level after relabelling: less is a larger ss.
  double within_levels(const std::vector<std::vector<int>>& relabelling) const;
  PermutationCount enumerated(double bound) const;
  PermutationCount drawn(double bound, std::size_t n_random, const RandomStream& stream) const;

  RunClasses classes_;  ///< (seed, level), the level the faster
  Index n_levels_, n_seeds_;
  MatrixXd sums_;  ///< [class x class]
  std::vector<double> row_;
};

}  // namespace cohort
