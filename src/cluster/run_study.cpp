#include <cohort/cluster/run_study.hpp>

#include <cohort/cluster/dynamics_phase.hpp>
#include <cohort/cluster/in_process_transport.hpp>
#include <cohort/cluster/lease_keeper.hpp>
#include <cohort/cluster/mpi_transport.hpp>
#include <cohort/cluster/progress.hpp>
#include <cohort/cluster/similarity_phase.hpp>
#include <cohort/cluster/training_phase.hpp>
#include <cohort/core/log.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/segment_log.hpp>
#include <cohort/store/study_results.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/run_executor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <unistd.h>

namespace cohort {
namespace {

/// Up to this many ranks rank 0 trains too: giving up a whole rank would cost more than answering between updates.
constexpr int kRanksWithWorkingMaster = 16;

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string job_id() {
  const char* id = std::getenv("SLURM_JOB_ID");
  return id ? id : "";
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

Segment this_segment(int n_ranks) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  return {job_id(), host, build_summary(), processor_name(), n_ranks, unix_time(), 0, ""};
}

/// One job on one results file.
class Job {
 public:
  Job(const Study& study, const Design& design, const std::string& path, MPI_Comm comm, const RunStudyOptions& options)
      : study_(study), design_(design), path_(path), comm_(comm), options_(options), rank_(rank_of(comm)) {}

  RunStudyOutcome run() {
    together(comm_, [&] {
      if (rank_ == 0) lease_.emplace(Lease::acquire(path_, job_id()));
    });
    ResultsFile file = open_study_results(path_, study_schema(study_, design_), comm_);
    SegmentLog segments(file);
    together(comm_, [&] {
      if (rank_ == 0) segments.begin(this_segment(size_of(comm_)));
    });
    const RunStudyOutcome outcome = closing_segment_on_error(segments, [&] { return train_and_analyse(file); });
    together(comm_, [&] {
      if (rank_ == 0) segments.end(unix_time(), outcome.stopped ? "stopped early on purpose" : "finished");
    });
    file.close();
    return outcome;
  }

 private:
  /// A job that ends by an error says so in the file. What every rank knows rank 0 writes, anything else whoever met it.
  RunStudyOutcome closing_segment_on_error(SegmentLog& segments, const std::function<RunStudyOutcome()>& work) {
    try {
      return work();
    } catch (const std::exception& error) {
      const bool all_know = dynamic_cast<const AgreedError*>(&error) != nullptr;
      try {
        if (rank_ == 0 || !all_know) segments.end(unix_time(), std::string("error: ") + error.what());
      } catch (const std::exception&) {  // the first error is the one to tell
      }
      throw;
    }
  }

  RunStudyOutcome train_and_analyse(ResultsFile& file) {
    RunTable table(file);
    train_missing(table);
    file.flush();
    if (!stopped_) {
      check_lease();
      analyse_similarity(study_, file);
      check_lease();
      analyse_dynamics(study_, design_, file);
    }
    return count(table);
  }

  void train_missing(RunTable& table) {
    std::vector<bool> open = table.finished();
    open.flip();
    // Every rank counts attempts from what the file said before anybody wrote.
    together(comm_, [&] { states_ = table.read_states(); });
    Scheduler scheduler(estimated_flops(study_, design_), open, options_.order);
    if (rank_ == 0 && scheduler.n_left() > 0)
      log(LogLevel::info, fmt::format("{}: {} of {} runs to train on {} rank{}", study_.name, scheduler.n_left(),
                                      design_.runs.size(), size_of(comm_), size_of(comm_) == 1 ? "" : "s"));
    TrainingOutcome outcome;
    if (rank_ == 0) {
      outcome = lead(scheduler, table);
    } else {
      MpiTransport transport(comm_);
      follow_training(transport, callbacks(table));
    }
    together(comm_, [&] {
      if (!outcome.error.empty()) throw UserError(outcome.error, "", "Finished runs are kept; run again to go on.");
    });
    int stopped = outcome.stopped;
    check_mpi(MPI_Bcast(&stopped, 1, MPI_INT, 0, comm_), "MPI_Bcast");
    stopped_ = stopped != 0;
  }

  TrainingOutcome lead(Scheduler& scheduler, RunTable& table) {
    const bool any = scheduler.n_left() > 0;
    TrainingCallbacks calls = callbacks(table);
    calls.tick = [&](const Scheduler& s) {
      if (any) progress_.show(s);
      lease_->check();
    };
    InProcessTransport::Mail mail(1);
    std::unique_ptr<Transport> transport;
    if (size_of(comm_) == 1) {
      transport = std::make_unique<InProcessTransport>(mail, 0);
    } else {
      transport = std::make_unique<MpiTransport>(comm_);
    }
    const TrainingOutcome outcome =
        lead_training(scheduler, *transport, calls, size_of(comm_) <= kRanksWithWorkingMaster);
    if (any) progress_.finish(scheduler);
    return outcome;
  }

  TrainingCallbacks callbacks(RunTable& table) {
    return {[&](std::size_t run, const std::function<void()>& between_updates) {
              Attempt attempt{states_[run].attempts + 1, rank_, unix_time(), 0};
              table.begin(run, attempt);
              const RunResult result = execute(study_, design_.runs[run], between_updates);
              attempt.finished = unix_time();
              table.write(run, result, attempt);
              if (result.status != RunStatus::done)
                log(LogLevel::warning, fmt::format("{}: {}: {}", run_name(study_, design_.runs[run]),
                                                   result.status == RunStatus::diverged ? "diverged" : "failed",
                                                   result.message));
              return result.status;
            },
            [](const Scheduler&) {}, options_.stop_requested};
  }

  /// Every rank leaves together when another job has taken the file (collective).
  void check_lease() {
    together(comm_, [&] {
      if (lease_) lease_->check();
    });
  }

  RunStudyOutcome count(const RunTable& table) {
    RunStudyOutcome outcome;
    together(comm_, [&] {
      for (const RunStatus status : table.read_status()) {
        ++outcome.n_runs;
        outcome.n_done += status == RunStatus::done;
        outcome.n_diverged += status == RunStatus::diverged;
        outcome.n_failed += status == RunStatus::failed;
      }
    });
    outcome.stopped = stopped_;
    return outcome;
  }

  const Study& study_;
  const Design& design_;
  std::string path_;
  MPI_Comm comm_;
  const RunStudyOptions& options_;
  int rank_;
  std::optional<LeaseKeeper> lease_;  ///< rank 0 only
  std::vector<RunState> states_;
  Progress progress_;
  bool stopped_ = false;
};

}  // namespace

RunStudyOutcome run_study(const Study& study, const Design& design, const std::string& path, MPI_Comm comm,
                          const RunStudyOptions& options) {
  return Job(study, design, path, comm, options).run();
}

}  // namespace cohort
