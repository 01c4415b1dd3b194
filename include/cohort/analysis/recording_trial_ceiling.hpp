#pragma once

#include <cohort/analysis/analysis_kind.hpp>
#include <cohort/analysis/recording_analysis.hpp>

namespace cohort {

/// How alike means over random halves of a recording's trials are under one measure, of the same units:
/// /similarity/<measure>_trial_ceiling [recording], its standard deviation _trial_ceiling_sd, both over normalized
/// distances, and _trial_ceiling_corrected, what it would be with all trials on both sides, for measures whose values
/// grow with the number of trials as correlations do (see full_length). Studies with a recording that keeps trials
/// apart have it.
class RecordingTrialCeiling final : public RecordingAnalysis {
 public:
  static Description description();
  static AnalysisList asked_for(const AnalysisInputs& inputs);

  /// `measure` is a variant. `recordings` must outlive this.
  RecordingTrialCeiling(const ComparedRecordings& recordings, const std::string& measure, Index resamples);

  double cost(std::size_t item) const override;

 private:
  /// A recording that was read from results has no trials any more.
  std::string hindrance(std::size_t item) const override;
  Comparability comparability(std::size_t item) const override;
  std::vector<double> numbers(std::size_t item, const StopCheck& stop) const override;
  RandomStream stream() const;

  Index resamples_;
};

}  // namespace cohort
