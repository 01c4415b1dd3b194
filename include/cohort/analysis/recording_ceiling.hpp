#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/similarity/measure.hpp>

#include <memory>

namespace cohort {

/// How alike random halves of a recording's units are under one measure: no model can be expected to come closer.
/// /similarity/<measure>_ceiling [recording], its standard deviation _ceiling_sd, and both normalized. An item is a
/// recording; one with a single unit has no halves and keeps NaN.
class RecordingCeiling final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `measure` is a variant. `recordings` must outlive this.
  RecordingCeiling(const ComparedRecordings& recordings, const std::string& measure, Index resamples);

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override { return recordings_.size(); }
  std::string item_name(std::size_t item) const override { return recordings_.name(item); }
  double cost(std::size_t item) const override;
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 private:
  const ComparedRecordings& recordings_;
  std::unique_ptr<Measure> measure_;
  std::string variant_, name_, path_;
  Index resamples_;
  std::uint64_t options_;  ///< hash of what the numbers depend on beside the recording
};

}  // namespace cohort
