#pragma once

#include <cohort/similarity/design_cells.hpp>
#include <cohort/similarity/design_terms.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// Variances estimated from pairs of runs of different seeds: with Delta(c,c') the mean of d² over such pairs of the
/// cells c and c' (c' may be c), a term has -trace(H Delta) / (2 cells), H its projector on the table of cells.
struct CrossSeedVariances {
  std::string undefined{};      ///< why there are none
  std::vector<double> terms{};  ///< [term]; NaN for those with the block
  double total = 0;             ///< mean(Delta) / 2
  double all_cells = 0;         ///< of everything that the factors explain together
  /// Half of what Delta(c,c') exceeds the mean d² of runs of one seed in c and c', over cells c != c' that meet in a
  /// seed: what networks of one seed share. NaN where no cells meet.
  double same_seed = 0;
};

/// Sums of squared distances from which the variances follow with all seeds and without each of them.
class CrossSeedSums {
 public:
  virtual ~CrossSeedSums() = default;
  /// Row `run` of the squared distances, [n_runs]. Every run once.
  virtual void add_row(std::size_t run, const double* squares) = 0;
  /// Of all seeds, or without one.
  virtual CrossSeedVariances variances(std::optional<std::size_t> without_seed = {}) const = 0;
  /// Forgets all rows.
  virtual void clear() = 0;
};

/// For any design: O(n_runs x n_cells) memory and O(n_cells²) time per call of variances(). With missing runs Delta
/// averages the pairs that exist; cells keep equal weight, so that what is estimated does not change.
/// `cells` outlives it.
std::unique_ptr<CrossSeedSums> cell_pair_sums(const DesignCells& cells, const std::vector<DesignTerm>& terms);

/// For one run in every cell and seed: seed x seed matrices, O(2^factors seeds²) memory.
class SeedPairSums final : public CrossSeedSums {
 public:
  SeedPairSums(const DesignCells& cells, const std::vector<DesignTerm>& terms);
  void add_row(std::size_t run, const double* squares) override;
  CrossSeedVariances variances(std::optional<std::size_t> without_seed = {}) const override;
  void clear() override;

  /// Q[s,u] = -1/(2 cells) sum over c, c' of H[c,c'] d²(c of seed s, c' of seed u). Off its diagonal it averages to the
  /// term's variance, and its sum over that of `total_by_seed` is R².
  MatrixXd seed_by_seed(std::size_t term) const;
  /// mean d² / 2 of the runs of two seeds.
  MatrixXd total_by_seed() const;

 private:
  const DesignCells& cells_;
  std::vector<DesignTerm> terms_;
  std::vector<std::uint32_t> run_at_;  ///< [cell][seed]
  std::vector<MatrixXd> sums_;         ///< [agreement of two cells] sums of d², [seed x seed]
};

}  // namespace cohort
