#include <cohort/report/job_progress.hpp>

#include <cohort/core/text.hpp>
#include <cohort/report/text_table.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <map>

namespace cohort {
namespace {

bool has_ended(const RunState& state) { return state.status != RunStatus::pending && std::isfinite(state.finished); }

void sort_longest_first(std::vector<JobProgress::TimedRun>& runs) {
  std::ranges::stable_sort(runs, [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
}

}  // namespace

JobProgress job_progress(const std::vector<RunState>& states, const Segment& segment, double now) {
  JobProgress job;
  const double end = std::isnan(segment.ended) ? now : segment.ended;
  job.seconds = std::max(end - segment.started, 0.0);
  job.ranks.resize(static_cast<std::size_t>(std::max(segment.n_ranks, 1)));
  double all_seconds = 0;
  std::size_t n_all = 0;
  for (std::size_t run = 0; run < states.size(); ++run) {
    const RunState& state = states[run];
    const bool ended = has_ended(state);
    job.n_left += state.status == RunStatus::pending;
    if (ended) {
      all_seconds += state.wall_seconds;
      ++n_all;
      job.slowest.push_back({run, state.rank, state.wall_seconds});
    }
    const bool is_of_job = state.rank >= 0 && static_cast<std::size_t>(state.rank) < job.ranks.size() &&
                           (ended ? state.finished : state.started) >= segment.started;
    if (!is_of_job) continue;
    JobProgress::Rank& rank = job.ranks[static_cast<std::size_t>(state.rank)];
    const double until = ended ? state.finished : end;
    rank.busy += std::max(until - std::max(state.started, segment.started), 0.0);
    rank.n_ended += ended;
    job.n_ended += ended;
    if (!ended) job.under_way.push_back({run, state.rank, until - state.started});
  }
  for (JobProgress::Rank& rank : job.ranks) rank.busy = job.seconds > 0 ? std::min(rank.busy / job.seconds, 1.0) : 0;
  const double mean = n_all > 0 ? all_seconds / static_cast<double>(n_all) : std::numeric_limits<double>::quiet_NaN();
  job.seconds_left =
      job.n_left > 0 ? mean * static_cast<double>(job.n_left) / static_cast<double>(job.ranks.size()) : 0;
  sort_longest_first(job.under_way);
  sort_longest_first(job.slowest);
  job.slowest.resize(std::min<std::size_t>(job.slowest.size(), 3));
  return job;
}

std::string job_text(const JobProgress& job, double now) {
  std::string text;
  if (job.n_ended > 0)
    text += fmt::format("  training: {} runs ended in {}, {:.3g} an hour\n", job.n_ended, duration_text(job.seconds),
                        3600 * static_cast<double>(job.n_ended) / std::max(job.seconds, 1e-9));
  if (job.n_left > 0 && std::isfinite(job.seconds_left))
    text += fmt::format("  {} runs left: about {} on {} rank{}, until {:%Y-%m-%d %H:%M} UTC\n", job.n_left,
                        duration_text(job.seconds_left), job.ranks.size(), job.ranks.size() == 1 ? "" : "s",
                        fmt::gmtime(static_cast<std::time_t>(now + job.seconds_left)));
  if (!job.under_way.empty()) {
    const auto& [run, rank, seconds] = job.under_way.front();
    text += fmt::format("  under way: {} run{}, the longest, run {} on rank {}, for {}\n", job.under_way.size(),
                        job.under_way.size() == 1 ? "" : "s", run, rank, duration_text(seconds));
  }
  if (job.n_ended > 0 && job.ranks.size() > 1) {
    double sum = 0;
    for (const auto& rank : job.ranks) sum += rank.busy;
    const auto least = std::ranges::min_element(job.ranks, {}, &JobProgress::Rank::busy);
    text +=
        fmt::format("  ranks were busy with runs for {:.0f} % of the time; least rank {}, {:.0f} %\n",
                    100 * sum / static_cast<double>(job.ranks.size()), least - job.ranks.begin(), 100 * least->busy);
  }
  for (const auto& [run, rank, seconds] : job.slowest)
    text += fmt::format("{}run {} {}", &run == &job.slowest.front().run ? "  slowest: " : ", ", run,
                        duration_text(seconds));
  return text + (job.slowest.empty() ? "" : "\n");
}

std::vector<LevelProgress> level_progress(ResultsFile& file, const std::vector<RunState>& states) {
  std::vector<LevelProgress> levels;
  for (const char* factor : {"rule", "architecture", "initialization", "optimizer", "seed"}) {
    const std::string path = fmt::format("/design/{}_text", factor);
    if (!file.has(path)) continue;
    const std::vector<std::string> names = file.read_text(path);
    std::vector<LevelProgress> own;
    std::map<std::string, std::size_t> known;
    for (std::size_t run = 0; run < std::min(names.size(), states.size()); ++run) {
      const auto [entry, is_new] = known.try_emplace(names[run], own.size());
      if (is_new) own.push_back({factor, names[run]});
      ++own[entry->second].n_runs[static_cast<std::size_t>(states[run].status)];
    }
    if (own.size() > 1) levels.insert(levels.end(), own.begin(), own.end());
  }
  return levels;
}

std::string level_table(const std::vector<LevelProgress>& levels) {
  constexpr std::ptrdiff_t most = 24;  // levels of a factor
  std::vector<TextRow> rows{{"factor", "level", "done", "diverged", "failed", "to do"}};
  for (const LevelProgress& level : levels) {
    const auto n_levels = std::ranges::count(levels, level.factor, &LevelProgress::factor);
    const auto n = [&](RunStatus status) { return fmt::format("{}", level.n_runs[static_cast<std::size_t>(status)]); };
    if (n_levels <= most)
      rows.push_back({level.factor, level.level, n(RunStatus::done), n(RunStatus::diverged), n(RunStatus::failed),
                      n(RunStatus::pending)});
    else if (rows.back().front() != level.factor)
      rows.push_back({level.factor, fmt::format("({} levels)", n_levels), "", "", "", ""});
  }
  return rows.size() > 1 ? text_table(rows) : "";
}

}  // namespace cohort
