#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/named_measure.hpp>

namespace cohort {

/// Distance of every pair of runs at every matched level under one measure: /similarity/<measure> [level, run,
/// other_run], which says how to normalize it; _low and _high where the measure has intervals. An item is a tile of
/// pairs at one level; of a tile only the runs of pairs that no longer hold are prepared, each once, and of a symmetric
/// measure only one triangle is computed. A pair with a run that cannot be compared is NaN, see RunComparability.
class RunDistances final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `samples` must outlive this.
  RunDistances(const StudySamples& samples, NamedMeasure measure);
  /// `measure` is a variant.
  RunDistances(const StudySamples& samples, const std::string& measure)
      : RunDistances(samples, NamedMeasure(measure)) {}

  /// Hash of what the distances of a measure depend on beside the runs; `type` is how they are stored.
  static std::uint64_t version(const NamedMeasure& measure, ValueType type);
  /// What the file says a distance was made from, by the checksums of the two runs; 0 when one is not finished.
  static std::uint64_t pair_made_from(std::uint64_t a, std::uint64_t b, std::uint64_t version);

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override;
  std::string item_name(std::size_t item) const override;
  double cost(std::size_t item) const override;
  std::vector<std::string> warnings() const override;
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 private:
  /// Runs [first_row, last_row) x [first_col, last_col) at a level.
  struct Tile {
    std::size_t level, first_row, last_row, first_col, last_col;
    /// The same pairs the other way round are another block, filled from this one.
    bool is_mirrored;
    std::size_t n_rows() const { return last_row - first_row; }
    std::size_t n_cols() const { return last_col - first_col; }
    bool is_diagonal() const { return first_row == first_col; }
    Extent start() const { return {level, first_row, first_col}; }
    Extent count() const { return {1, n_rows(), n_cols()}; }
    Extent mirrored_start() const { return {level, first_col, first_row}; }
    Extent mirrored_count() const { return {1, n_cols(), n_rows()}; }
  };
  /// One pair of a tile, counted from its first row and column.
  struct Pair {
    std::size_t row, col;
  };
  Tile tile(std::size_t item) const;
  /// Half of a tile on the diagonal, of a symmetric measure: one triangle fills the other.
  bool is_folded(const Tile& tile) const { return tile.is_diagonal() && measure_->traits().is_symmetric; }
  /// Those that must be computed, with `stale` as in compute().
  std::vector<Pair> open_pairs(const Tile& tile, const std::vector<bool>& stale) const;
  const StudySamples& samples_;
  NamedMeasure measure_;
  std::string name_, path_;
  std::uint64_t version_;
  std::size_t tile_size_, n_tiles_;  ///< runs of a tile, and tiles, per side
};

}  // namespace cohort
