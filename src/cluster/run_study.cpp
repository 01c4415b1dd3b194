#include <cohort/cluster/run_study.hpp>

#include "job_segment.hpp"
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

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
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
        stop_(options.stop, path_ + ".stop"),
        under_way_(path_, options.save_every),
        crew_(
            comm,
            [this, requested = options.stop.requested] { return crew_.is_first() ? stop_.is_due() : requested(); },
            [this] { lease_->check(); }, [this] { return stop_.seconds_left(); }) {}

  RunStudyOutcome run() {
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
    if (!stopped) check_lease();
    if (!stopped && analyses && !analyses->all().empty()) {
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
      if (crew_.is_first()) scheduler = open_runs(finished);
    });
    const std::size_t n_open = scheduler.n_left();
    const bool any = n_open > 0;
    under_way_.find(design_, finished, comm_);
    if (crew_.is_first() && any) log(LogLevel::info, opening_text(n_open));
    Progress progress;
    const bool stopped = crew_.work(
        scheduler, [&](std::size_t run, const StopCheck& stop) { return train(table, run, stop); },
        [&](const Scheduler& s) {
          if (any && progress.is_due()) progress.show(training_text(s, n_open, progress.seconds()), s.progress());
        });
    if (any && crew_.is_first())
      progress.finish(training_text(scheduler, n_open, progress.seconds()), scheduler.progress());
    if (crew_.is_first() && !stopped) under_way_.clear();
    return stopped;
  }

  std::string opening_text(std::size_t n_open) const {
    const std::size_t n_found = under_way_.n_found(), n_on = under_way_.n_to_go_on();
    return fmt::format("{}: {} of {} runs to train on {} rank{}{}{}", study_.name, n_open, design_.size(), crew_.size(),
                       crew_.size() == 1 ? "" : "s", n_found > 0 ? fmt::format(", {} of them under way", n_found) : "",
                       n_on > 0 ? fmt::format(", {} of them from where they ended", n_on) : "");
  }

  Scheduler open_runs(const std::vector<bool>& finished) const {
    std::vector<bool> open = finished;
    open.flip();
    const TrainingFlops flops(study_, design_);
    return {[flops](std::size_t run) { return flops[run]; }, open, order_};
  }

  RunStatus train(RunTable& table, std::size_t number, const StopCheck& stop) {
    const Run run = design_[number];
    Attempt attempt{table.read_attempts(number) + 1, crew_.rank(), unix_time(), 0};
    table.begin(number, attempt);
    const auto keeper = under_way_.keeper_of(study_, run);
    const RunResult result = execute(study_, run, stop, keeper.get());
    attempt.finished = unix_time();
    table.write(number, result, attempt);
    keeper->forget();
    if (result.status != RunStatus::done && n_told_++ < kMostTold)
      log(LogLevel::warning, fmt::format("{}: {}: {}", run_name(study_, run),
                                         result.status == RunStatus::diverged ? "diverged" : "failed", result.message));
    return result.status;
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
  EarlyStop stop_;  ///< asked on rank 0
  RunsUnderWay under_way_;
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
