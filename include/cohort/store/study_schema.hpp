#pragma once

#include <cohort/store/schema.hpp>
#include <cohort/study/design.hpp>

namespace cohort {

/// The whole results file of a study: the runs (results_schema), what will be analysed, and the root attributes title,
/// study_key, study (the file as written) and build.
Schema study_schema(const Study& study, const Design& design);

/// How a measure's datasets are called: `procrustes`, `procrustes_distance_chordal`.
std::string measure_dataset(const std::string& variant);

/// The program that writes the file: version, commit, compiler, instruction set, as JSON.
std::string build_provenance();

/// The same on one line.
std::string build_summary();

}  // namespace cohort
