#pragma once

#include <cohort/store/results_file.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// What became of results files that were put together.
struct MergeOutcome {
  std::size_t n_runs = 0;      ///< of the study
  std::size_t n_finished = 0;  ///< of them, found in some file
  std::size_t n_twice = 0;     ///< of them, in several files, bit for bit the same
};

/// Makes `target` with everything that `schema` describes, and the finished runs of all `paths` in their rows
/// (collective). Analyses are left to the next job. Throws UserError, and leaves no file, when `target` exists, when a
/// file is no results file, or when a run is in two files with different results: those are named. That the files
/// belong to the study is for the caller to know, see check_same_study.
MergeOutcome merge_results(const std::vector<std::string>& paths, const std::string& target, const Schema& schema,
                           MPI_Comm comm);

}  // namespace cohort
