#include <cohort/report/status_text.hpp>

#include <cohort/core/text.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <map>
#include <regex>
#include <utility>
#include <vector>

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

/// A message without its numbers: runs that ended for the same reason have the same.
std::string reason_of(const std::string& message) {
  static const std::regex number(R"([-+]?(\d+\.?\d*(e[-+]?\d+)?|nan|inf)\b)", std::regex::icase);
  return std::regex_replace(message, number, "#");
}

std::string line_of(const TroubledRun& run) {
  return fmt::format("run {} {}: {}", run.run, run.status == RunStatus::failed ? "failed" : "diverged", run.message);
}

/// A line for each run; many that ended for one reason are counted.
std::string troubled_text(const std::vector<TroubledRun>& runs) {
  constexpr std::size_t most_lines = 5;
  std::vector<std::pair<std::string, std::vector<const TroubledRun*>>> reasons;  // in the order of first runs
  std::map<std::string, std::size_t> known;
  for (const TroubledRun& run : runs) {
    const std::string reason =
        fmt::format("{}: {}", run.status == RunStatus::failed ? "failed" : "diverged", reason_of(run.message));
    const auto [entry, is_new] = known.try_emplace(reason, reasons.size());
    if (is_new) reasons.push_back({reason, {}});
    reasons[entry->second].second.push_back(&run);
  }
  std::string text;
  for (const auto& [reason, members] : reasons) {
    if (members.size() > most_lines) {
      text += fmt::format("  {} runs {} (first: {})\n", members.size(), reason, line_of(*members.front()));
      continue;
    }
    for (const TroubledRun* run : members) text += fmt::format("  {}\n", line_of(*run));
  }
  return text;
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
  text += troubled_text(progress.troubled);
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
