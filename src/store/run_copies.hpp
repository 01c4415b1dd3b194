#pragma once

#include <cohort/store/resume_plan.hpp>
#include <cohort/store/results_file.hpp>

#include <cstddef>
#include <vector>

namespace cohort {

/// Runs that lie side by side in both of two files.
struct RunRange {
  std::size_t from, to, count;
};

/// Neighbours of `kept` joined, but never more than `most` of them.
std::vector<RunRange> run_ranges(const std::vector<KeptRun>& kept, std::size_t most);

/// Copies all that a file holds of these runs into their rows of another (independent), but for status and checksum,
/// which RunTable::seal writes. `level_from` as of ResumePlan.
void copy_runs(ResultsFile& from, ResultsFile& to, const Schema& schema, const RunRange& runs,
               const std::vector<std::size_t>& level_from);

}  // namespace cohort
