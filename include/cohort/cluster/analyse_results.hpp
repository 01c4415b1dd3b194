#pragma once

#include <cohort/cluster/analysis_phase.hpp>
#include <cohort/cluster/early_stop.hpp>

#include <mpi.h>

#include <optional>
#include <string>
#include <vector>

namespace cohort {

struct AnalyseOptions {
  std::vector<std::string> measures{};    ///< variants to add to those of the file
  std::vector<std::string> recordings{};  ///< to add: paths, or tables as [similarity] recordings has them
  std::optional<Index> permutations{};    ///< none: as the file's study has it
  StopOptions stop{};
};

/// Computes what a finished or partly finished results file is to hold, where it is not there or was computed with
/// other options (collective). From the file alone: neither the task nor the study's other files are needed, and
/// nothing is trained. With measures or recordings, given now or added before, these are distances, ceilings, baselines
/// and effects; else what the factors explain.
///
/// What has its place in the file is written there. Where it needs room, a copy with that room takes its place first
/// (see extend_results); what was added is then part of the file's study (see keep_added). The result is what it would
/// be had it been in the study from the beginning, bit for bit, for any number of ranks.
///
/// Throws AgreedUserError, the file being as it was, when it is no results file, holds no finished run or no
/// representations, when a measure or recording does not fit, or the disk has no space.
AnalysisOutcome analyse_results(const std::string& path, MPI_Comm comm, const AnalyseOptions& options);

/// What that would take, of the processor and of the disk, as lines; nothing is written. One process.
std::vector<std::string> analysis_plan(const std::string& path, const AnalyseOptions& options);

}  // namespace cohort
