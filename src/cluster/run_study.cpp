#include <cohort/cluster/run_study.hpp>

#include "job_segment.hpp"
#include "open_runs.hpp"
#include "runs_under_way.hpp"

#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/stored_study.hpp>
#include <cohort/analysis/stored_runs.hpp>
#include <cohort/cluster/analysis_phase.hpp>
#include <cohort/cluster/broadcast.hpp>
#include <cohort/cluster/crew.hpp>
#include <cohort/cluster/lease_keeper.hpp>
#include <cohort/cluster/progress.hpp>
#include <cohort/core/log.hpp>
#include <cohort/store/file_lock.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/study_results.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/study/run_failure.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <thread>
#include <vector>

namespace cohort {
namespace {

/// What the progress line says of training.
std::string training_text(const Scheduler& scheduler, std::size_t n_open, double seconds) {
  const std::size_t n_diverged = scheduler.n_ended(RunStatus::diverged);
  const std::size_t n_ended = scheduler.n_ended(RunStatus::done) + n_diverged;
  const std::size_t n_failed = scheduler.n_ended(RunStatus::failed);
  return fmt::format("{} done ({} diverged), {} failed, {} left | {:.3g} runs/min", n_ended, n_diverged, n_failed,
                     n_open - n_ended - n_failed, seconds > 0 ? 60 * static_cast<double>(n_ended) / seconds : 0.0);
}

Design share_of(const Study& study, const Design& design, const Shard& shard) {
  std::vector<std::size_t> runs;
  for (std::size_t run = shard.number - 1; run < design.size(); run += shard.count) runs.push_back(run);
  if (runs.empty())
    throw UserError(fmt::format("shard {}/{} has no runs", shard.number, shard.count),
                    fmt::format("the study has {}", design.size()), "Use fewer shards.", {study.path});
  return design.only(runs);
}

/// One job on one results file.
class Job {
 public:
  Job(const Study& study, const Design& design, const std::string& path, MPI_Comm comm, const RunStudyOptions& options)
      : study_(study),
        design_(options.shard.count > 1 ? share_of(study, design, options.shard) : design),
        is_shard_(options.shard.count > 1),
        path_(behind_links(path)),
        comm_(comm),
        order_(options.order),
        limits_(options.limits),
        on_failure_(options.on_failure),
        only_(options.only),
        retry_(options.retry),
        deaths_(path_, options.tries),
        stop_(options.stop, path_ + ".stop"),
        under_way_(path_, options.save_every),
        crew_(
            comm,
            [this, requested = options.stop.requested] { return crew_.is_first() ? stop_.is_due() : requested(); },
            [this] { lease_->check(); }, [this] { return stop_.seconds_left(); }, path_) {}

  RunStudyOutcome run() {
    together(comm_, [&] { choice_.emplace(study_, design_, only_, retry_); });
    together(comm_, [&] {
      if (crew_.is_first()) lease_.emplace(Lease::acquire(path_, job_id()));
    });
    lock_file();
    draw_as_before();
    keep_what_was_added();
    std::optional<Analyses> analyses;
    together(comm_, [&] {
      if (!is_shard_) analyses.emplace(study_, design_);
    });
    const Schema schema = study_schema(study_, design_, analyses ? analyses->schema() : Schema{});
    StudyResults results = open_study_results(path_, schema, comm_, former_keys(design_));
    lock_file();
    ResultsFile& file = results.file;
    const bool has_work = std::count(results.finished.begin(), results.finished.end(), false) > 0;
    together(comm_, [&] {  // what goes wrong on the first rank alone must not leave the others waiting
      if (!crew_.is_first() || !has_work || !analyses) return;  // whoever runs it once more knows
      for (const std::string& line : analyses->warnings()) log(LogLevel::warning, line);
    });
    RunStudyOutcome outcome;
    in_segment(file, comm_, [&] {
      outcome = train_and_analyse(results, analyses);
      return outcome.stopped;
    });
    file.close();
    outcome.stop_reason = stop_.reason();
    return outcome;
  }

 private:
  /// Results that are there must be those of this study; what is added to them draws its random numbers as they did.
  void draw_as_before() {
    std::string stored = design_.stored_first();
    together(comm_, [&] {
      if (!crew_.is_first() || !std::filesystem::exists(path_)) return;
      ResultsFile file = ResultsFile::open_serial(path_);
      check_same_study(file, study_);
      stored = stored_first(file);
    });
    broadcast(comm_, stored);
    design_.draw_as(study_, stored);
  }

  /// Measures and recordings that `cohort analyse` added to the results stay.
  void keep_what_was_added() {
    together(comm_, [&] {
      if (!std::filesystem::exists(path_)) return;
      ResultsFile file = ResultsFile::open_serial(path_);
      keep_added(file, study_);
      if (const std::string text = added_text(study_.similarity); crew_.is_first() && !text.empty())
        log(LogLevel::info, fmt::format("{}: keeps {}, which `cohort analyse` added", path_, text));
    });
  }

  /// Keeps other programs from writing the file, if it is there: before it is read, and again when it was replaced.
  void lock_file() {
    together(comm_, [&] {
      if (!crew_.is_first() || !std::filesystem::exists(path_)) return;
      lock_.reset();
      lock_.emplace(path_);
    });
  }

  RunStudyOutcome train_and_analyse(StudyResults& results, const std::optional<Analyses>& analyses) {
    auto& [file, finished] = results;
    RunTable table(file);
    bool stopped = train_missing(table, finished);
    file.flush();
    RunStudyOutcome outcome = count(table, finished);
    outcome.stopped_by_failure = stopped_by_failure_;
    if (!stopped) check_lease();
    if (!stopped && analyses && !analyses->all().empty() && outcome.n_waited_for == 0) {
      std::optional<StoredRuns> runs;
      together(comm_, [&] { runs.emplace(results.file, results.finished); });
      const AnalysisOutcome analysed = run_analyses(analyses->all(), *runs, file, crew_);
      stopped = analysed.stopped;
      outcome.n_failed_items = analysed.n_failed;
    }
    outcome.stopped = stopped;
    return outcome;
  }

  /// True when the job is to stop.
  bool train_missing(RunTable& table, const std::vector<bool>& finished) {
    Scheduler scheduler;  // rank 0 alone knows what comes next
    together(comm_, [&] {
      if (crew_.is_first()) scheduler = open_runs(table, finished);
    });
    const std::size_t n_open = scheduler.n_left();
    const bool any = n_open > 0;
    under_way_.find(design_, finished, comm_);
    if (crew_.is_first() && any) log(LogLevel::info, opening_text(n_open));
    Progress progress;
    bool stopped = crew_.work(
        scheduler, [&](std::size_t run, const StopCheck& stop) { return train(table, run, stop); },
        [&](const Scheduler& s) {
          if (is_stopped_by(s)) stop_.ask("a run failed, and --on-failure is stop");
          if (any && progress.is_due()) progress.show(training_text(s, n_open, progress.seconds()), s.progress());
        },
        [&](std::size_t run) { return note_death(table, run); });
    if (any && crew_.is_first())
      progress.finish(training_text(scheduler, n_open, progress.seconds()), scheduler.progress());
    int stopped_by_failure = is_stopped_by(scheduler) ? 1 : 0;
    check_mpi(MPI_Bcast(&stopped_by_failure, 1, MPI_INT, 0, comm_), "MPI_Bcast");
    stopped_by_failure_ = stopped_by_failure != 0;
    stopped = stopped || stopped_by_failure_;
    if (crew_.is_first() && !stopped) under_way_.clear(kept_keys(table));
    return stopped;
  }

  /// The worker that had the run died. Returns whether another one is to do it.
  bool note_death(RunTable& table, std::size_t number) {
    const Run run = design_[number];
    deaths_.note(study_, run, RunDeaths::Of::own_worker);
    table.leave(number);
    const int n_deaths = deaths_.n_if_given_up(study_, run);
    if (n_deaths > 0) write_given_up(table, number, n_deaths);
    log(LogLevel::warning, fmt::format("{} (key {}): its worker died{}", run_name(study_, run), run.key,
                                       n_deaths > 0 ? ", too often: failed" : ""));
    return n_deaths == 0;
  }

  bool is_stopped_by(const Scheduler& scheduler) const {
    return on_failure_ == OnFailure::stop && scheduler.n_ended(RunStatus::failed) > 0;
  }

  /// Of runs that may go on from what was saved of them: they are for another job, or took too long for this one.
  std::set<std::string> kept_keys(const RunTable& table) const {
    std::set<std::string> keys;
    const auto status = table.read_status();
    for (std::size_t run = 0; run < status.size(); ++run) {
      const bool took_too_long =
          status[run] == RunStatus::failed && failure_cause(table.read_state(run).message) == FailureCause::time;
      if (status[run] == RunStatus::pending || took_too_long) keys.insert(design_[run].key);
    }
    return keys;
  }

  std::string opening_text(std::size_t n_open) const {
    const std::size_t n_found = under_way_.n_found(), n_on = under_way_.n_to_go_on();
    return fmt::format("{}: {} of {} runs to train on {} rank{}{}{}", study_.name, n_open, design_.size(), crew_.size(),
                       crew_.size() == 1 ? "" : "s", n_found > 0 ? fmt::format(", {} of them under way", n_found) : "",
                       n_on > 0 ? fmt::format(", {} of them from where they ended", n_on) : "");
  }

  Scheduler open_runs(RunTable& table, const std::vector<bool>& finished) const {
    OpenRuns runs(study_, design_, *choice_, limits_, deaths_);
    runs.find(table, finished);
    if (runs.n_given_up() > 0)
      log(LogLevel::warning, fmt::format("{}: {} failed run{} not tried again; --retry failed does", study_.name,
                                         runs.n_given_up(), runs.n_given_up() == 1 ? " is" : "s are"));
    const TrainingFlops flops(study_, design_);
    Scheduler scheduler([flops](std::size_t run) { return flops[run]; }, runs.open(), order_);
    scheduler.postpone(runs.suspects());
    return scheduler;
  }

  RunStatus train(RunTable& table, std::size_t number, const StopCheck& stop) {
    const Run run = design_[number];
    Attempt attempt{table.read_attempts(number) + 1, crew_.rank(), unix_time(), 0};
    patiently([&] { table.begin(number, attempt); });
    const auto keeper = under_way_.keeper_of(study_, run);
    try {
      const RunResult result = execute(study_, run, stop, keeper.get(), limits_);
      attempt.finished = unix_time();
      patiently([&] { table.write(number, result, attempt); });
      if (result.status != RunStatus::failed || failure_cause(result.message) != FailureCause::time) keeper->forget();
      tell(run, result);
      return result.status;
    } catch (const StopRequest&) {
      table.leave(number);
      throw;
    }
  }

  /// Of a run that is no success.
  void tell(const Run& run, const RunResult& result) {
    if (result.status == RunStatus::done || n_told_++ >= kMostTold) return;
    log(LogLevel::warning, fmt::format("{} (key {}): {}: {}", run_name(study_, run), run.key,
                                       result.status == RunStatus::diverged ? "diverged" : "failed", result.message));
  }

  /// Writes again for a while when the disk refuses: one that is full may be emptied, and one that is away come back.
  void patiently(const std::function<void()>& write) const {
    constexpr auto patience = std::chrono::seconds(60), pause = std::chrono::seconds(1);
    const auto end = std::chrono::steady_clock::now() + patience;
    for (bool is_first_time = true;; is_first_time = false) {
      try {
        return write();
      } catch (const UserError& error) {
        if (std::chrono::steady_clock::now() >= end || crew_.is_asked_to_stop()) throw;
        if (is_first_time)
          log(LogLevel::warning, fmt::format("{}; trying again for {} s", error.what(), patience.count()));
      }
      std::this_thread::sleep_for(pause);
    }
  }

  /// Every rank leaves together when another job has taken the file (collective).
  void check_lease() {
    together(comm_, [&] {
      if (lease_) lease_->check();
    });
  }

  /// What became of the runs; marks in `finished` those of this job, whose rows need no second look.
  RunStudyOutcome count(const RunTable& table, std::vector<bool>& finished) {
    RunStudyOutcome outcome;
    together(comm_, [&] {
      const auto status = table.read_status();
      for (std::size_t run = 0; run < status.size(); ++run) {
        ++outcome.n_runs;
        outcome.n_done += status[run] == RunStatus::done;
        outcome.n_diverged += status[run] == RunStatus::diverged;
        outcome.n_failed += status[run] == RunStatus::failed;
        outcome.n_waited_for += status[run] == RunStatus::pending && !choice_->is_chosen(run);
        finished[run] = status[run] == RunStatus::done || status[run] == RunStatus::diverged;
      }
    });
    return outcome;
  }

  Study study_;    ///< of its own: with what was added to its results
  Design design_;  ///< of its own: how it draws depends on the file
  bool is_shard_;
  std::string path_;
  MPI_Comm comm_;
  Scheduler::Order order_;
  RunLimits limits_;
  OnFailure on_failure_;
  std::vector<std::string> only_, retry_;
  std::optional<RunChoice> choice_;  ///< made from them before anything else is done
  RunDeaths deaths_;
  EarlyStop stop_;  ///< asked on rank 0
  RunsUnderWay under_way_;
  bool stopped_by_failure_ = false;
  static constexpr int kMostTold = 10;  ///< troubled runs a rank tells of; the end counts them all
  int n_told_ = 0;
  std::optional<LeaseKeeper> lease_;  ///< rank 0 only
  std::optional<FileLock> lock_;      ///< rank 0 only
  Crew crew_;
};

}  // namespace

RunStudyOutcome run_study(const Study& study, const Design& design, const std::string& path, MPI_Comm comm,
                          const RunStudyOptions& options) {
  return Job(study, design, path, comm, options).run();
}

}  // namespace cohort
