#pragma once

#include <cohort/cluster/scheduler.hpp>
#include <cohort/study/design.hpp>

#include <mpi.h>

#include <functional>
#include <string>

namespace cohort {

struct RunStudyOptions {
  Scheduler::Order order = Scheduler::Order::longest_first;
  std::function<bool()> stop_requested = [] { return false; };  ///< asked between updates, on every rank
};

/// What a job did to its study.
struct RunStudyOutcome {
  std::size_t n_runs = 0;
  std::size_t n_done = 0, n_diverged = 0, n_failed = 0;
  std::size_t n_failed_items = 0;  ///< of analyses
  bool stopped = false;            ///< ended early on purpose; submit again
};

/// The main job (collective): trains what is missing in the results file `path`, then analyses. Resuming is the normal
/// path: what is finished in the file stays. The result is the same, bit for bit, for any number of ranks, any order
/// and any number of restarts.
///
/// Throws UserError on every rank when the file, its disk or the study do not fit; finished runs are never lost.
RunStudyOutcome run_study(const Study& study, const Design& design, const std::string& path, MPI_Comm comm,
                          const RunStudyOptions& options);

}  // namespace cohort
