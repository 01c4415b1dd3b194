#pragma once

#include <cohort/store/results_file.hpp>

#include <string>

namespace cohort {

/// How many runs ended how, on one line, and one line for each run that failed or diverged.
std::string status_text(ResultsFile& file);

/// The closing tables of a study, from its results file alone:
/// - per rule x architecture x initialization (x optimizer when there are several): runs, final error, final accuracy
///   and what became of both on shifted trials (when there are any), updates to each matched level, distance to each
///   recording at each level, all as mean ± standard deviation over seeds;
/// - per factor: mean distance between runs that share its level and between runs that do not, at each level.
std::string closing_tables(ResultsFile& file);

}  // namespace cohort
