#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/recording_analysis.hpp>

namespace cohort {

/// How alike random halves of a recording's units are under one measure: no model can be expected to come closer.
/// /similarity/<measure>_ceiling [recording], its standard deviation _ceiling_sd, and both over normalized distances.
class RecordingCeiling final : public RecordingAnalysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `measure` is a variant. `recordings` must outlive this.
  RecordingCeiling(const ComparedRecordings& recordings, const std::string& measure, Index resamples);

  double cost(std::size_t item) const override;

 private:
  Comparability comparability(std::size_t item) const override;
  std::vector<double> numbers(std::size_t item, const StopCheck& stop) const override;
  RandomStream stream() const;

  Index resamples_;
};

}  // namespace cohort
