#include "resume_report.hpp"

#include <cohort/analysis/stored_runs.hpp>
#include <cohort/cluster/analysis_phase.hpp>
#include <cohort/store/resume_plan.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/study_schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace cohort::app {
namespace {

/// Whether the file has what the analysis computed of the kept runs.
bool is_carried(const Analysis& analysis, const ResumePlan& plan) {
  const Schema schema = analysis.datasets();
  return std::all_of(schema.datasets.begin(), schema.datasets.end(), [&](const DatasetInfo& info) {
    return info.made_from.empty() || std::count(plan.carried.begin(), plan.carried.end(), info.made_from) > 0;
  });
}

/// "similarity/procrustes: 9 of 10 items kept, 1 to compute". When the study has changed items are not known yet.
std::string analysis_line(const Analysis& analysis, const ResumePlan& plan, const FinishedRuns& runs,
                          ResultsFile& file) {
  if (plan.is_unchanged) {
    const std::size_t n_open = n_open_items(analysis, runs, file), n = analysis.n_items();
    return fmt::format("{}: {} of {} items kept, {} to compute", analysis.name(), n - n_open, n, n_open);
  }
  if (!plan.dropped.empty()) return fmt::format("{}: to compute, less is stored of the runs", analysis.name());
  const bool is_kept = plan.n_kept > 0 && is_carried(analysis, plan);
  return fmt::format("{}: {}", analysis.name(), is_kept ? "kept for the runs that are kept" : "to compute");
}

}  // namespace

ResumeReport resume_report(const std::string& path, const Study& study, Design& design) {
  ResumeReport report{std::vector<bool>(design.size(), false), {}};
  const std::string target = behind_links(path);
  if (!std::filesystem::exists(target)) {
    report.lines.push_back(fmt::format("{}: no results yet, all {} runs are to train", path, design.size()));
    return report;
  }
  ResultsFile file = ResultsFile::open_serial(target);
  check_same_study(file, study);
  design.draw_as(study, stored_first(file));
  const Analyses analyses(study, design);
  const Schema schema = study_schema(study, design, analyses.schema());
  const std::vector<bool> finished = RunTable(file).finished();
  const ResumePlan plan = plan_resume(file, schema, finished, former_keys(design), is_unchanged(file, schema));
  if (plan.is_unchanged) report.kept = finished;
  for (const KeptRun& run : plan.kept) report.kept[run.to] = true;
  report.lines.push_back(fmt::format("{}: {}", path, resume_text(plan)));
  const StoredRuns runs(file, finished);
  for (const auto& analysis : analyses.all()) report.lines.push_back("  " + analysis_line(*analysis, plan, runs, file));
  return report;
}

}  // namespace cohort::app
