#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/recording_analysis.hpp>

namespace cohort {

/// Distance of a recording to its cross-condition average under one measure: /similarity/<measure>_baseline [recording]
/// and the same normalized. A model that comes closer knows something about the conditions.
class RecordingBaseline final : public RecordingAnalysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `measure` is a variant. `recordings` must outlive this.
  RecordingBaseline(const ComparedRecordings& recordings, const std::string& measure);

  double cost(std::size_t item) const override;

 private:
  Comparability comparability(std::size_t item) const override;
  std::vector<double> numbers(std::size_t item, const StopCheck& stop) const override;
};

}  // namespace cohort
