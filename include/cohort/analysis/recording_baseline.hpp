#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/similarity/measure.hpp>

#include <memory>

namespace cohort {

/// Distance of a recording to its cross-condition average under one measure: /similarity/<measure>_baseline [recording]
/// and the same normalized. A model that comes closer knows something about the conditions. An item is a recording; one
/// without several known conditions keeps NaN.
class RecordingBaseline final : public Analysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `measure` is a variant. `recordings` must outlive this.
  RecordingBaseline(const ComparedRecordings& recordings, const std::string& measure);

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
  std::uint64_t options_;  ///< hash of what the numbers depend on beside the recording
};

}  // namespace cohort
