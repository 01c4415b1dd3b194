#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/named_measure.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cohort {

/// A control around the distance of every run at every matched level to every recording under one measure: at equal
/// numbers of units, on conditions left out, its intervals, its null. /similarity/<measure>_recording_<control> [level,
/// run, recording], and <...>_reason where there is none (see Comparability). An item is a few runs at one level.
class RecordingControl final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// A run beside a recording, and what may be drawn for the two.
  struct Pair {
    const Measure& measure;
    const Representation& network;
    const Representation& recording;
    const MeasureContext& context;  ///< as for their distance
    RandomStream stream;            ///< of this control of this pair
    RandomStream halves;            ///< of halves of the recording, as its noise ceiling draws them
  };
  /// One number per column, and why there are none.
  struct Numbers {
    std::vector<double> values;
    Comparability reason;
  };
  /// What is computed, and how its datasets are called.
  struct Kind {
    std::string name;  ///< "matched": datasets are <measure>_recording_matched<suffix>
    std::string what;  ///< "distance at equal numbers of units"
    struct Column {
      std::string suffix, long_name;
      bool is_in_unit_of_measure = false;
    };
    std::vector<Column> columns;
    std::string options;     ///< what the numbers depend on beside pair and measure: "version 1 resamples 100"
    double n_distances = 1;  ///< what it costs
    std::function<Numbers(const Pair&)> compute{};
  };

  /// `samples` and `recordings` must outlive this.
  RecordingControl(const StudySamples& samples, const ComparedRecordings& recordings, NamedMeasure measure, Kind kind);

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
  static constexpr std::size_t runs_per_item = 4;

  /// Runs [first, last) at a level.
  struct Rows {
    std::size_t level, first, last;
  };
  Rows rows(std::size_t item) const;
  BlockPlace place(std::size_t item, const std::string& dataset, ValueType type) const;
  Numbers numbers(const FinishedRuns& runs, std::size_t run, std::size_t level, std::size_t recording,
                  const Representation& own, const StopCheck& stop) const;

  const StudySamples& samples_;
  const ComparedRecordings& recordings_;
  NamedMeasure measure_;
  Kind kind_;
  std::string name_, path_;
  std::uint64_t version_;  ///< hash of what the numbers depend on beside run and recording
};

}  // namespace cohort
