#pragma once

#include <cohort/analysis/analysis.hpp>
#include <cohort/analysis/compared_recordings.hpp>
#include <cohort/analysis/effect_design.hpp>
#include <cohort/analysis/study_samples.hpp>
#include <cohort/core/parameters.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace cohort {

using AnalysisList = std::vector<std::unique_ptr<Analysis>>;

/// What analyses are made from; all of it outlives them. Of a results file alone `study` is a StoredStudy's, and the
/// design is empty: what needs more is not asked for there.
struct AnalysisInputs {
  const Study& study;
  const Design& design;
  const StudySamples& samples;
  const ComparedRecordings& recordings;
  std::function<EffectDesign()> effect_design;  ///< read when somebody needs it
};

/// An entry of the table of analyses.
struct AnalysisKind {
  Description description;
  /// Those of this kind that the study asks for, often none. Throws UserError, with its place in the study file, for
  /// one that the study's networks do not allow.
  std::function<AnalysisList(const AnalysisInputs&)> asked_for;
};

/// The entry of a class with static `description()` and `asked_for(inputs)`.
template <class Kind>
AnalysisKind analysis_kind() {
  return {Kind::description(), &Kind::asked_for};
}

}  // namespace cohort
