#pragma once

#include <cohort/similarity/factorial_labels.hpp>
#include <cohort/similarity/run_classes.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// The cells of a factorial design (combinations of levels of all factors but the seed) and who is in them.
class DesignCells {
 public:
  /// Requires a known block, and at most as many cells as runs (`n_cells_of(labels) <= labels.n_runs()`): with more,
  /// some are empty.
  explicit DesignCells(const FactorialLabels& labels);

  /// Product of the numbers of levels; stops counting above the number of runs.
  static std::size_t n_cells_of(const FactorialLabels& labels);

  std::size_t n_cells() const { return cells_.n_classes(); }
  std::size_t n_seeds() const { return n_seeds_; }
  std::size_t n_factors() const { return n_levels_.size(); }
  std::size_t n_levels(std::size_t factor) const { return n_levels_[factor]; }
  std::size_t n_runs() const { return cells_.n_runs(); }
  const RunClasses& cells() const { return cells_; }
  std::size_t seed_of(std::size_t run) const { return seed_of_[run]; }
  std::size_t level_of(std::size_t cell, std::size_t factor) const { return levels_[cell * n_factors() + factor]; }
  /// Runs of a seed in a cell.
  std::size_t count(std::size_t cell, std::size_t seed) const { return counts_[cell * n_seeds_ + seed]; }
  /// One run in every cell and seed.
  bool is_balanced() const { return is_balanced_; }
  /// Bit f is set where the two cells have the same level of factor f.
  std::size_t agreement(std::size_t a, std::size_t b) const;
  /// "rule=bptt, architecture=gru"
  std::string name(std::size_t cell) const;
  const std::string& seed_name(std::size_t seed) const { return seed_names_[seed]; }

 private:
  RunClasses cells_;
  std::vector<std::size_t> n_levels_, levels_, seed_of_, counts_;
  std::vector<std::string> names_of_factors_;
  std::vector<std::vector<std::string>> names_of_levels_;
  std::vector<std::string> seed_names_;
  std::size_t n_seeds_;
  bool is_balanced_ = true;
};

}  // namespace cohort
