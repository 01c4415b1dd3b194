#pragma once

#include <cohort/analysis/analysis.hpp>
#include <cohort/analysis/compared_recordings.hpp>
#include <cohort/analysis/named_measure.hpp>

#include <map>
#include <string>
#include <vector>

namespace cohort {

/// Numbers of one measure that belong to a recording alone, such as its noise ceiling: an item is a recording. Where
/// they are not defined they are NaN, and <dataset>_reason [recording] says why (see Comparability); a study's plan
/// knows it before anything is computed.
class RecordingAnalysis : public Analysis {
 public:
  const std::string& name() const final { return name_; }
  Schema datasets() const final;
  std::size_t n_items() const final { return recordings_.size(); }
  std::string item_name(std::size_t item) const final { return recordings_.name(item); }
  std::vector<BlockPlace> places(std::size_t item) const final;
  std::vector<BlockPlace> made_from_places(std::size_t item) const final;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const final;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const final;
  std::vector<std::string> warnings() const final;

 protected:
  /// One dataset, <name><suffix>.
  struct Column {
    std::string suffix;
    std::string long_name;
    bool is_normalized = false;
    std::map<std::string, std::string> attributes{};  ///< beside those of the measure
  };

  /// `what` is the word of messages, "noise ceiling"; it names the analysis too: similarity/<measure>_<suffix>.
  /// `options` is a hash of what the numbers depend on beside the recording. `recordings` must outlive this.
  RecordingAnalysis(const ComparedRecordings& recordings, NamedMeasure measure, const std::string& suffix,
                    std::string what, std::vector<Column> columns, std::uint64_t options);

  const ComparedRecordings& recordings() const { return recordings_; }
  const NamedMeasure& measure() const { return measure_; }

 private:
  /// Why they cannot be computed here and now although they may be defined; empty: they can.
  virtual std::string hindrance(std::size_t) const { return ""; }
  /// Whether the numbers are defined for a recording.
  virtual Comparability comparability(std::size_t item) const = 0;
  /// One number per column, of a recording for which they are.
  virtual std::vector<double> numbers(std::size_t item, const StopCheck& stop) const = 0;

  const ComparedRecordings& recordings_;
  NamedMeasure measure_;
  std::string what_, name_, path_;
  std::vector<Column> columns_;
  std::uint64_t options_;
};

}  // namespace cohort
