#include "status_json.hpp"

#include <cohort/report/job_progress.hpp>
#include <cohort/report/study_progress.hpp>
#include <cohort/store/lease.hpp>
#include <cohort/store/results_file.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

namespace cohort::app {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json counts(const std::array<std::size_t, 4>& n_runs) {
  return {{"done", n_runs[static_cast<std::size_t>(RunStatus::done)]},
          {"diverged", n_runs[static_cast<std::size_t>(RunStatus::diverged)]},
          {"failed", n_runs[static_cast<std::size_t>(RunStatus::failed)]},
          {"to_do", n_runs[static_cast<std::size_t>(RunStatus::pending)]}};
}

Json runs(const std::vector<JobProgress::TimedRun>& timed) {
  Json list = Json::array();
  for (const auto& [run, rank, seconds] : timed) list.push_back({{"run", run}, {"rank", rank}, {"seconds", seconds}});
  return list;
}

Json job(const JobProgress& progress, const Segment& segment) {
  Json ranks = Json::array();
  for (const auto& rank : progress.ranks) ranks.push_back({{"runs", rank.n_ended}, {"busy", rank.busy}});
  return {{"id", segment.job},
          {"host", segment.host},
          {"started", number(segment.started)},
          {"ended", number(segment.ended)},
          {"reason", segment.reason},
          {"seconds", progress.seconds},
          {"runs", progress.n_ended},
          {"training_seconds_left", number(progress.seconds_left)},
          {"ranks", ranks},
          {"under_way", runs(progress.under_way)},
          {"slowest", runs(progress.slowest)}};
}

Json holder_of(const std::string& results) {
  const LeaseHolder holder = lease_holder(results);
  if (holder.pid == 0) return nullptr;
  return {{"job", holder.job},
          {"host", holder.host},
          {"process", holder.pid},
          {"silent_for", holder.age},
          {"is_alive", holder.over.empty()}};
}

}  // namespace

std::string status_json(const std::string& results, double now) {
  ResultsFile file = ResultsFile::open_serial(results);
  const StudyProgress progress = progress_of(file);
  const auto states = RunTable(file).read_states();
  Json json{{"title", progress.title}, {"runs", counts(progress.n_runs)}, {"works_on_it", holder_of(results)}};
  json["job"] = nullptr;
  if (!progress.segments.empty())
    json["job"] = job(job_progress(states, progress.segments.back(), now), progress.segments.back());
  json["levels"] = Json::array();
  for (const LevelProgress& level : level_progress(file, states))
    json["levels"].push_back({{"factor", level.factor}, {"level", level.level}, {"runs", counts(level.n_runs)}});
  json["analyses"] = Json::array();
  for (const AnalysisState& state : progress.analyses)
    json["analyses"].push_back({{"name", state.name},
                                {"items", state.n_items < 0 ? Json(nullptr) : Json(state.n_items)},
                                {"done", state.n_done},
                                {"failed", state.n_failed},
                                {"seconds_left", number(state.seconds_left)}});
  json["failures"] = Json::array();
  for (const TroubledRun& run : progress.troubled)
    json["failures"].push_back({{"run", run.run},
                                {"status", run.status == RunStatus::failed ? "failed" : "diverged"},
                                {"message", run.message}});
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace cohort::app
