#pragma once

#include <cohort/report/moments.hpp>
#include <cohort/report/study_summary.hpp>
#include <cohort/similarity/measure.hpp>
#include <cohort/store/results_file.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// Sums up matrices of distances between runs, some rows at a time: a matrix of 10,000 runs is nearly a gigabyte.
class PairDistances {
 public:
  /// `codes` [factor][run]: levels of all factors. `factors`: numbers of those that are asked for.
  PairDistances(ResultsFile& file, const std::vector<std::vector<std::int32_t>>& codes,
                const std::vector<std::size_t>& factors, std::size_t n_levels);

  /// Of the pairs that differ in one factor only, for each factor: normalized distances at `path`, by level.
  std::vector<PairSummary> of_factors(const std::string& path, const Measure& measure) const;

  /// Why pairs have no distance at `path`.
  std::vector<PairsWithout> without(const std::string& path, bool is_symmetric) const;

 private:
  /// Runs that differ in one factor only.
  struct Alike {
    std::size_t factor = 0;
    std::vector<std::size_t> group{};                 ///< [run]
    std::vector<std::vector<std::size_t>> members{};  ///< [group], rising
    std::size_t n_pairs() const;
  };
  Alike alike_but_for(std::size_t factor, const std::vector<std::vector<std::int32_t>>& codes) const;
  template <class Value, class Use>
  void for_each_row(const std::string& path, std::size_t level, const Use& use) const;

  ResultsFile& file_;
  std::size_t n_runs_, n_levels_;
  std::vector<Alike> alike_{};  ///< for each factor that is asked for
};

}  // namespace cohort
