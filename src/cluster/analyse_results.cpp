#include <cohort/cluster/analyse_results.hpp>

#include "job_segment.hpp"

#include <cohort/analysis/effects.hpp>
#include <cohort/analysis/stored_runs.hpp>
#include <cohort/cluster/lease_keeper.hpp>
#include <cohort/store/file_lock.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

/// Whether the file has every dataset of the analysis, as large, with the same labels.
bool has_room(ResultsFile& file, const Schema& schema) {
  return std::all_of(schema.datasets.begin(), schema.datasets.end(), [&](const DatasetInfo& info) {
    if (!file.has(info.path) || file.extent(info.path) != schema.extent(info)) return false;
    return std::all_of(info.dimensions.begin(), info.dimensions.end(), [&](const std::string& name) {
      const std::vector<std::string>& labels = schema.dimension(name).labels;
      const std::string scale = group_of(info.path) + "/" + name;
      return labels.empty() || (file.has(scale) && file.is_text(scale) && file.read_text(scale) == labels);
    });
  });
}

/// The analysis of a file. Throws UserError when the file has no place for it.
std::unique_ptr<Effects> effects_of_file(ResultsFile& file, const AnalyseOptions& options) {
  const std::string& path = file.path();
  EffectSettings settings = effect_settings_of(file.attribute("/", "study"), path);
  if (options.permutations) settings.permutations = *options.permutations;
  const EffectDesign design = effect_design(file, settings);
  if (!design.has_effects())
    throw UserError("has no effects to compute", "its study crosses nothing: every factor has one level", "", {path});
  auto effects = std::make_unique<Effects>(design);
  if (!has_room(file, effects->datasets()))
    throw UserError("has no room for effects of factors",
                    "it was made by an earlier version, or [effects] of its study asks for none",
                    "`cohort run STUDY -o` this file makes room and computes them; finished runs are kept.", {path});
  return effects;
}

}  // namespace

AnalysisOutcome analyse_results(const std::string& named, MPI_Comm comm, const AnalyseOptions& options) {
  const std::string path = behind_links(named);
  const bool is_first = rank_of(comm) == 0;
  std::optional<LeaseKeeper> lease;
  std::optional<FileLock> lock;
  together(comm, [&] {
    if (!is_first) return;
    check_results_file(path);
    lease.emplace(Lease::acquire(path, job_id()));
    lock.emplace(path);
  });
  EarlyStop stop(options.stop, path + ".stop");
  const auto is_due = [&] { return is_first ? stop.is_due() : options.stop.requested(); };
  Crew crew(
      comm, is_due, [&] { lease->check(); }, [&] { return stop.seconds_left(); });
  ResultsFile file = ResultsFile::open(path, ResultsFile::Access::read_write, comm);
  AnalysisList analyses;
  const std::vector<bool> finished = RunTable(file).finished();
  std::optional<StoredRuns> runs;
  together(comm, [&] {
    if (std::count(finished.begin(), finished.end(), true) == 0)
      throw UserError("holds no finished run", "", "`cohort run` trains them.", {path});
    analyses.push_back(effects_of_file(file, options));
    runs.emplace(file, finished);
  });
  AnalysisOutcome outcome;
  in_segment(file, comm, [&] {
    outcome = run_analyses(analyses, *runs, file, crew);
    return outcome.stopped;
  });
  file.close();
  return outcome;
}

}  // namespace cohort
