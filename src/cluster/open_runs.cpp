#include "open_runs.hpp"

#include <cohort/core/log.hpp>
#include <cohort/study/run_failure.hpp>

#include <fmt/format.h>

#include <chrono>

namespace cohort {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

}  // namespace

void write_given_up(RunTable& table, std::size_t run, int n_deaths) {
  RunResult result;
  result.status = RunStatus::failed;
  result.message = death_text(n_deaths);
  table.write(run, result, {table.read_attempts(run), -1, now(), now()});
}

void OpenRuns::find(RunTable& table, const std::vector<bool>& finished) {
  std::vector<RunStatus> status = table.read_status();
  blame(table, status);
  open_.assign(status.size(), false);
  for (std::size_t run = 0; run < status.size(); ++run) open_[run] = is_open(table, run, status[run], finished[run]);
  suspects_ = deaths_.suspects(study_, design_);
}

/// Pending rows that have a rank: their job died.
void OpenRuns::blame(RunTable& table, std::vector<RunStatus>& status) const {
  const auto ranks = table.read_ranks();
  std::vector<std::size_t> dead;
  for (std::size_t run = 0; run < status.size(); ++run)
    if (status[run] == RunStatus::pending && ranks[run] >= 0) dead.push_back(run);
  for (const std::size_t run : dead) {
    const Run own = design_[run];
    deaths_.note(study_, own, dead.size() == 1 ? RunDeaths::Of::own_worker : RunDeaths::Of::whole_job);
    table.leave(run);
    const int n_deaths = deaths_.n_if_given_up(study_, own);
    if (n_deaths == 0) continue;
    write_given_up(table, run, n_deaths);
    status[run] = RunStatus::failed;
    log(LogLevel::warning, fmt::format("{}: failed: {}", run_name(study_, own), death_text(n_deaths)));
  }
}

bool OpenRuns::is_open(const RunTable& table, std::size_t run, RunStatus status, bool is_finished) {
  if (!choice_.is_chosen(run)) return false;
  if (choice_.is_retried(run, status)) {
    deaths_.forget(design_[run]);
    return true;
  }
  if (is_finished || status != RunStatus::failed) return !is_finished;
  const RunState state = table.read_state(run);
  const bool is_again = is_tried_again({state.message, state.attempts, state.wall_seconds}, limits_);
  n_given_up_ += is_again ? 0 : 1;
  return is_again;
}

}  // namespace cohort
