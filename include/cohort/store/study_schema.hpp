#pragma once

#include <cohort/store/schema.hpp>
#include <cohort/study/design.hpp>

#include <map>
#include <string>

namespace cohort {

/// Root attributes: measures and recordings that `cohort analyse` added to the results of a study, a line each.
inline constexpr const char *kAddedMeasures = "added_measures", *kAddedRecordings = "added_recordings";

/// The root attributes that say what was added; empty when nothing was.
std::map<std::string, std::string> added_attributes(const SimilarityOptions& similarity);

/// The whole results file of a study: the runs (results_schema), what `analyses` write, and the root attributes title,
/// study_key, stored_first, study (the file as written) and build.
Schema study_schema(const Study& study, const Design& design, const Schema& analyses);

/// What earlier versions called the runs of a design (which must outlive this) that draws as their file says.
Generated<std::string> former_keys(const Design& design);

/// The program that writes the file: version, commit, compiler, instruction set, as JSON.
std::string build_provenance();

/// The same on one line.
std::string build_summary();

}  // namespace cohort
