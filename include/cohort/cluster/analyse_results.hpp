#pragma once

#include <cohort/cluster/analysis_phase.hpp>
#include <cohort/cluster/early_stop.hpp>

#include <mpi.h>

#include <optional>
#include <string>

namespace cohort {

struct AnalyseOptions {
  std::optional<Index> permutations{};  ///< none: as the file's study has it
  StopOptions stop{};
};

/// Computes what the factors of a finished results file explain again, in place, where it is not there or was computed
/// with other options (collective). From the file alone: neither the task nor the study's other files are needed, and
/// nothing is trained. Throws AgreedUserError when it is no results file, holds no finished run, or has no room for
/// effects.
AnalysisOutcome analyse_results(const std::string& path, MPI_Comm comm, const AnalyseOptions& options);

}  // namespace cohort
