#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/named_measure.hpp>

namespace cohort {

/// Distance of every run at every matched level to every recording under one measure:
/// /similarity/<measure>_recording [level, run, recording] and the same normalized; _low and _high where the
/// measure has intervals. An item is a few runs at one level.
class RecordingDistances final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `samples` and `recordings` must outlive this.
  RecordingDistances(const StudySamples& samples, const ComparedRecordings& recordings, NamedMeasure measure);

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override;
  std::string item_name(std::size_t item) const override;
  double cost(std::size_t item) const override;
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 private:
  static constexpr std::size_t runs_per_item = 16;

  /// Runs [first, last) at a level.
  struct Rows {
    std::size_t level, first, last;
  };
  Rows rows(std::size_t item) const;
  BlockPlace place(std::size_t item, const std::string& dataset, ValueType type) const;

  const StudySamples& samples_;
  const ComparedRecordings& recordings_;
  NamedMeasure measure_;
  std::string name_, path_;
  std::uint64_t version_;  ///< hash of what distances depend on beside run and recording
  std::vector<std::unique_ptr<PreparedRepresentation>> prepared_;  ///< the recordings
};

}  // namespace cohort
