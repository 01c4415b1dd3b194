#pragma once

#include <cohort/store/results_file.hpp>
#include <cohort/study/design.hpp>

namespace cohort {

/// Distances of every pair of runs at every matched level, and of every run to every recording, with each recording's
/// ceiling and baseline; all written to /similarity (collective).
///
/// Pairs are cut into tiles that are spread over the ranks; the matrix is assembled with a collective and written
/// collectively. A distance does not depend on which rank computed it. Runs that never reached a level, failed, or whose
/// units are silent have NaN there. Nothing is done when the file already holds the distances of these very runs.
void analyse_similarity(const Study& study, ResultsFile& file);

}  // namespace cohort
