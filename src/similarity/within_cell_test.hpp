#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/design_cells.hpp>

#include "permutation_count.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cohort {

/// Variance of a main effect over its delete-one-seed jackknife standard error; NaN where undefined.
struct StudentizedVariance {
  double variance = 0, t = 0;
};

/// Permutations of a factor's levels among the runs that agree in the other factors and the seed, with a statistic that
/// is studentized over seeds: the variance across seeds of the factor over its jackknife standard error. Approximate
/// where the factor's effect varies with the seed (without studentizing it would reject a true null most of the time).
/// Missing runs stay where they are missing.
class WithinCellTest {
 public:
  /// `squares` [n_runs x n_runs] and `labels` outlive it.
  WithinCellTest(const MatrixXd& squares, const FactorialLabels& labels, std::size_t factor);

  /// Of the arrangement in which run rows[k] stands at the place of run k.
  StudentizedVariance statistic(const std::vector<std::uint32_t>& rows) const;

  /// `n_random` arrangements and the observed one. Arrangements whose statistic is undefined count as at least as
  /// large.
  PermutationCount count(std::size_t n_random, const RandomStream& stream) const;

  /// How many arrangements there are (a double: it may be huge).
  double n_arrangements() const;

 private:
  StudentizedVariance balanced_statistic(const std::vector<std::uint32_t>& rows) const;
  StudentizedVariance any_statistic(const std::vector<std::uint32_t>& rows) const;
  /// Weights of all pairs of cells, without one seed or with all.
  MatrixXd weights(std::optional<std::size_t> without_seed) const;

  const MatrixXd& squares_;
  DesignCells cells_;
  std::size_t factor_;
  RunClasses swappable_;                                ///< runs that agree in all but the factor
  std::vector<std::vector<std::uint32_t>> level_runs_;  ///< [level] places, seed after seed
  MatrixXd all_;                                        ///< [seed x seed] sums over all pairs; balanced designs only
  /// For other designs: the variance is Σ weight · d² over ordered pairs of places of different seeds.
  std::vector<MatrixXd> weights_{};                    ///< [seed left out; the last: none] [cell x cell]
  std::vector<std::vector<std::uint32_t>> of_seed_{};  ///< [seed] its places
};

}  // namespace cohort
