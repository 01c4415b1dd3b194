#pragma once

#include <cohort/cluster/early_stop.hpp>
#include <cohort/cluster/scheduler.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/run_limits.hpp>

#include <mpi.h>

#include <chrono>
#include <string>
#include <vector>

namespace cohort {

/// A share of a study's runs: of every `count` neighbours the `number`-th, counted from 1.
struct Shard {
  std::size_t number = 1, count = 1;
};

/// What becomes of a job when one of its runs fails.
enum class OnFailure {
  go_on,  ///< the other runs are trained all the same
  stop    ///< what is under way is saved, and the job ends
};

struct RunStudyOptions {
  Scheduler::Order order = Scheduler::Order::longest_first;
  StopOptions stop{};
  Shard shard{};  ///< of several: its runs alone, into a file for them alone, and no analyses
  std::chrono::duration<double> save_every = std::chrono::minutes(5);  ///< between two saves of a run under way
  RunLimits limits{};
  OnFailure on_failure = OnFailure::go_on;
  int tries = 2;                     ///< a run that took its worker down so often is given up
  std::vector<std::string> only{};   ///< runs to train, and no analyses before all are; see RunChoice
  std::vector<std::string> retry{};  ///< runs to train again, likewise
};

/// What a job did to its study.
struct RunStudyOutcome {
  std::size_t n_runs = 0;
  std::size_t n_done = 0, n_diverged = 0, n_failed = 0;
  std::size_t n_failed_items = 0;   ///< of analyses
  bool stopped = false;             ///< ended early on purpose; submit again
  bool stopped_by_failure = false;  ///< that purpose was OnFailure::stop
  std::size_t n_waited_for = 0;     ///< runs that were not chosen and are to do: analyses wait for them
  std::string stop_reason{};        ///< on rank 0: why, when it was no signal
};

/// The main job (collective): trains what is missing in the results file `path`, then analyses. Resuming is the normal
/// path: what is finished in the file stays. The result is the same, bit for bit, for any number of ranks, any order
/// and any number of restarts.
///
/// While a file `<path>.stop` is there, the job ends early. Runs that were under way when it stopped or died are in
/// `<path>.running`, and go on from there.
///
/// Throws UserError on every rank when the file, its disk or the study do not fit; finished runs are never lost.
RunStudyOutcome run_study(const Study& study, const Design& design, const std::string& path, MPI_Comm comm,
                          const RunStudyOptions& options);

}  // namespace cohort
