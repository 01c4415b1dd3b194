#pragma once

#include <cohort/report/study_progress.hpp>

#include <string>

namespace cohort {

/// How many runs ended how, on one line; then a line for each run that failed or diverged, each analysis that is not
/// complete, and each item of an analysis that failed.
std::string status_text(const StudyProgress& progress);

/// One line per start of the job: when, where, on how many ranks, and how it ended.
std::string segments_text(const std::vector<Segment>& segments);

}  // namespace cohort
