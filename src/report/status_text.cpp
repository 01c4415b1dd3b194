#include <cohort/report/status_text.hpp>

#include <cohort/core/text.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>

namespace cohort {
namespace {

std::string counts_text(const StudyProgress& progress) {
  const auto n = [&](RunStatus status) { return progress.n_runs_of(status); };
  std::size_t n_runs = 0;
  for (const std::size_t count : progress.n_runs) n_runs += count;
  return fmt::format("{} runs: {} done, {} diverged, {} failed, {} to do\n", n_runs, n(RunStatus::done),
                     n(RunStatus::diverged), n(RunStatus::failed), n(RunStatus::pending));
}

/// How far an analysis is; empty when it is complete.
std::string analysis_text(const AnalysisState& state) {
  if (state.n_items < 0) return fmt::format("  {}: to do\n", state.name);
  if (state.n_done >= state.n_items) return "";
  const bool is_known = state.seconds_left > 0;
  return fmt::format("  {}: {} of {} items done, {} failed{}\n", state.name, state.n_done, state.n_items,
                     state.n_failed, is_known ? ", remaining: " + duration_text(state.seconds_left) : "");
}

std::string time_text(double unix_seconds) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(unix_seconds)));
}

std::string end_text(const Segment& segment) {
  if (std::isnan(segment.ended)) return "running, or killed";
  return fmt::format("{} at {}", segment.reason, time_text(segment.ended));
}

}  // namespace

std::string status_text(const StudyProgress& progress) {
  std::string text = counts_text(progress);
  for (const TroubledRun& run : progress.troubled)
    text +=
        fmt::format("  run {} {}: {}\n", run.run, run.status == RunStatus::failed ? "failed" : "diverged", run.message);
  for (const AnalysisState& state : progress.analyses) text += analysis_text(state);
  for (const AnalysisFailure& failure : progress.failures)
    text += fmt::format("  {}: {} failed: {}\n", failure.analysis, failure.item, failure.message);
  return text;
}

std::string segments_text(const std::vector<Segment>& segments) {
  std::string text;
  for (const Segment& segment : segments)
    text += fmt::format("  started {} on {}, {} rank{}: {}\n", time_text(segment.started), segment.host,
                        segment.n_ranks, segment.n_ranks == 1 ? "" : "s", end_text(segment));
  return text;
}

}  // namespace cohort
