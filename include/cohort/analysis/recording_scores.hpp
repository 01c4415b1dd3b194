#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/named_measure.hpp>

namespace cohort {

/// Where the distance of every run to every recording stands between the recording's baseline, 0, and its noise ceiling
/// by halves of units, 1: /similarity/<measure>_recording_score [level, run, recording]; NaN, and _score_reason says
/// why, where there is no distance, ceiling or baseline, or the ceiling is not the closer one. An item is some runs at
/// one level. Distances, ceilings and baselines must have been written before.
class RecordingScores final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `samples` and `recordings` must outlive this.
  RecordingScores(const StudySamples& samples, const ComparedRecordings& recordings, NamedMeasure measure);

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override;
  std::string item_name(std::size_t item) const override;
  double cost(std::size_t item) const override;
  bool can_be_tried() const override { return false; }  // there are no distances before
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 private:
  static constexpr std::size_t runs_per_item = 1024;

  /// Runs [first, last) at a level.
  struct Rows {
    std::size_t level, first, last;
  };
  Rows rows(std::size_t item) const;
  BlockPlace place(std::size_t item, const std::string& dataset, ValueType type) const;

  /// The three numbers of one score.
  struct Numbers {
    double distance, ceiling, baseline;
  };
  /// Of an item, recordings fastest; empty where nothing is stored yet.
  std::vector<Numbers> numbers(std::size_t item, const FinishedRuns& runs) const;

  const StudySamples& samples_;
  const ComparedRecordings& recordings_;
  NamedMeasure measure_;
  std::string name_, path_;
};

}  // namespace cohort
