#include "resume_report.hpp"

#include <cohort/analysis/stored_runs.hpp>
#include <cohort/cluster/analysis_phase.hpp>
#include <cohort/store/carried_numbers.hpp>
#include <cohort/store/kept_states.hpp>
#include <cohort/store/resume_plan.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/study_schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
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

/// The runs that the file will have, before anything is moved: those that are kept with the checksums that they have
/// now, those that are to train with one that nothing was computed from. What they leave behind cannot be read.
class RunsToBe final : public FinishedRuns {
 public:
  RunsToBe(const ResumePlan& plan, const StoredRuns& now, const std::vector<bool>& finished)
      : levels_(now.levels()), checksums_(plan.n_runs, not_yet) {
    for (const KeptRun& run : plan.kept) checksums_[run.to] = now.checksum(run.from);
    for (std::size_t run = 0; plan.is_unchanged && run < plan.n_runs; ++run)
      if (finished[run]) checksums_[run] = now.checksum(run);
  }

  std::size_t size() const override { return checksums_.size(); }
  std::uint64_t checksum(std::size_t run) const override { return checksums_[run]; }
  const std::vector<std::string>& levels() const override { return levels_; }
  Matrix<float> representation(std::size_t, std::size_t) const override { return {}; }
  std::vector<float> parameters(std::size_t, std::size_t) const override { return {}; }

 private:
  static constexpr std::uint64_t not_yet = 1;

  std::vector<std::string> levels_;
  std::vector<std::uint64_t> checksums_;
};

/// "similarity/procrustes: 9 of 10 items kept, 1 to compute (in part)".
std::string count_line(const Analysis& analysis, const OpenItems& open) {
  const std::size_t n = analysis.n_items();
  const std::string part = open.n_in_part == 0        ? ""
                           : open.n_in_part == open.n ? " (in part)"
                                                      : fmt::format(" ({} of them in part)", open.n_in_part);
  return fmt::format("{}: {} of {} items kept, {} to compute{}", analysis.name(), n - open.n, n, open.n, part);
}

/// Where the study has changed, for the file that will be made of this one.
std::string analysis_line(const Analysis& analysis, const ResumePlan& plan, const FinishedRuns& runs, ResultsFile& file,
                          CarriedNumbers& carried) {
  if (plan.is_unchanged)
    return count_line(analysis, open_items(analysis, runs, [&](const BlockPlace& place) {
                        return file.read<std::uint64_t>(place.dataset, place.start, place.count);
                      }));
  if (!plan.dropped.empty()) return fmt::format("{}: to compute, less is stored of the runs", analysis.name());
  if (plan.n_kept == 0 || !is_carried(analysis, plan)) return fmt::format("{}: to compute", analysis.name());
  if (!plan.rows_stay) return fmt::format("{}: to compute, more is stored of the runs", analysis.name());
  return count_line(analysis, open_items(analysis, runs, [&](const BlockPlace& place) {
                      return carried.read(place.dataset, place.start, place.count);
                    }));
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
  if (const std::size_t n = KeptStates(target).n_to_go_on(design, report.kept); n > 0)
    report.lines.push_back(fmt::format("  {} of them go on from where they ended", n));
  const RunsToBe runs(plan, StoredRuns(file, finished), finished);
  CarriedNumbers carried(file, schema, plan.kept);
  for (const auto& analysis : analyses.all())
    report.lines.push_back("  " + analysis_line(*analysis, plan, runs, file, carried));
  return report;
}

}  // namespace cohort::app
