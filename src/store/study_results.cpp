#include "carry_over.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/log.hpp>
#include <cohort/learning/rule_curve.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_results.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

namespace cohort {
namespace {

bool is_dataset_of(const std::string& group, const DatasetInfo& info) { return group_of(info.path) == group; }

bool belongs_to_one_run(const DatasetInfo& info) {
  return !info.dimensions.empty() && info.dimensions.front() == "run" && !is_dataset_of("/design", info);
}

std::vector<std::string> keys_of(const Schema& schema) {
  for (const auto& info : schema.datasets)
    if (info.path == "/design/key") return std::get<std::vector<std::string>>(info.constants);
  throw InternalError("a study's results need /design/key");
}

std::vector<std::string> levels_of(const Schema& schema) {
  for (const auto& dimension : schema.dimensions)
    if (dimension.name == "level") return dimension.labels;
  return {};
}

std::string attribute_of(const Schema& schema, const std::string& name) {
  const auto found = schema.attributes.find(name);
  return found == schema.attributes.end() ? "" : found->second;
}

void check_same_study(const ResultsFile& file, const Schema& schema) {
  const std::string theirs = file.attribute("/", "study_key"), ours = attribute_of(schema, "study_key");
  if (theirs == ours) return;
  throw UserError(
      "these are the results of another study",
      fmt::format("of '{}', study key {}; not of '{}', study key {}: a study is its name, seed, task, training "
                  "and snapshots",
                  file.attribute("/", "title"), theirs, attribute_of(schema, "title"), ours),
      "Choose another name for the results.", {file.path()});
}

/// The file has this dimension scale, with the same labels or values.
bool has_scale(ResultsFile& file, const DatasetInfo& scale) {
  if (!file.has(scale.path)) return false;
  if (const auto* labels = std::get_if<std::vector<std::string>>(&scale.constants))
    return file.is_text(scale.path) && file.read_text(scale.path) == *labels;
  if (file.is_text(scale.path)) return false;
  const auto stored = file.read<double>(scale.path);
  if (const auto* values = std::get_if<std::vector<double>>(&scale.constants)) return stored == *values;
  const auto& numbers = std::get<std::vector<std::int32_t>>(scale.constants);
  return std::equal(stored.begin(), stored.end(), numbers.begin(), numbers.end());
}

/// The paths of everything in `schema` that the file has in the same shape, along the same coordinates.
std::set<std::string> unchanged(ResultsFile& file, const Schema& schema) {
  std::set<std::string> scales, datasets;
  for (const auto& scale : dimension_scales(schema))
    if (has_scale(file, scale)) scales.insert(scale.path);
  for (const auto& info : schema.datasets) {
    const std::string group = group_of(info.path) == "/" ? "" : group_of(info.path);
    const bool same_axes = std::all_of(info.dimensions.begin(), info.dimensions.end(),
                                       [&](const std::string& name) { return scales.contains(group + "/" + name); });
    if (same_axes && file.has(info.path) && file.extent(info.path) == schema.extent(info)) datasets.insert(info.path);
  }
  return datasets;
}

/// The old extent fits: only the padding, the last axis, may have grown.
bool fits(const Extent& from, const Extent& to) {
  if (from.size() != to.size()) return false;
  for (std::size_t axis = 1; axis + 1 < from.size(); ++axis)
    if (from[axis] != to[axis]) return false;
  return from.size() < 2 || from.back() <= to.back();
}

/// What a run leaves fits into the new file; otherwise (other levels, other curves) it has to be made again. The curves
/// of a rule's own stay blank in rows from before it had them.
bool runs_fit(ResultsFile& old, const Schema& schema) {
  for (const auto& info : schema.datasets) {
    if (!info.path.starts_with("/curves/") && !is_dataset_of("/snapshots", info)) continue;
    if (!old.has(info.path)) {
      if (info.path.starts_with(RuleCurve::kGroup)) continue;
      return false;
    }
    if (belongs_to_one_run(info) && !fits(old.extent(info.path), schema.extent(info))) return false;
  }
  return RunTable(old).levels() == levels_of(schema);
}

void copy_run(ResultsFile& from, ResultsFile& to, const Schema& schema, const KeptRun& run) {
  for (const auto& info : schema.datasets) {
    const bool written_last = info.path == "/state/status" || info.path == "/state/checksum";
    if (!belongs_to_one_run(info) || !info.made_from.empty() || written_last || !from.has(info.path)) continue;
    if (!fits(from.extent(info.path), to.extent(info.path))) continue;
    Extent count = from.extent(info.path), source(count.size(), 0), target(count.size(), 0);
    count[0] = 1;
    source[0] = run.from;
    target[0] = run.to;
    copy_block(from, to, info, source, target, count);
  }
}

/// Datasets of the job itself: its history.
void copy_history(ResultsFile& from, ResultsFile& to, const Schema& schema) {
  const auto same = unchanged(from, schema);
  for (const auto& info : schema.datasets) {
    if (!is_dataset_of("/segments", info) || !same.contains(info.path)) continue;
    const Extent all = to.extent(info.path), origin(all.size(), 0);
    copy_block(from, to, info, origin, origin, all);
  }
}

std::vector<KeptRun> kept_runs(const RunTable& old, const std::vector<bool>& finished,
                               const std::vector<std::string>& new_keys) {
  std::map<std::string, std::size_t> place;
  for (std::size_t run = 0; run < new_keys.size(); ++run) place[new_keys[run]] = run;
  const auto old_keys = old.keys();
  std::vector<KeptRun> kept;
  for (std::size_t run = 0; run < old_keys.size(); ++run)
    if (finished[run] && place.contains(old_keys[run])) kept.push_back({run, place[old_keys[run]]});
  return kept;
}

/// Gives the file a second name, so that replacing it loses nothing.
void keep_previous(const std::string& path) {
  std::string name = path + ".previous";
  for (int number = 2; std::filesystem::exists(name); ++number) name = fmt::format("{}.previous-{}", path, number);
  std::error_code error;
  std::filesystem::create_hard_link(path, name, error);
  if (error) std::filesystem::rename(path, name, error);  // disks without hard links
  if (error) throw UserError("cannot be kept as " + name, error.message(), "", {path});
  log(LogLevel::warning,
      fmt::format("{}: some finished runs are no longer in the study; the old file is kept as {}", path, name));
}

ResultsFile extended(ResultsFile& old, const Schema& schema, MPI_Comm comm) {
  const RunTable old_table(old);
  const auto finished = old_table.finished();
  const auto new_keys = keys_of(schema);
  const auto kept = runs_fit(old, schema) ? kept_runs(old_table, finished, new_keys) : std::vector<KeptRun>{};
  const auto status = old_table.read_status();
  const auto n_finished = static_cast<std::size_t>(std::count(finished.begin(), finished.end(), true));
  const bool is_first = rank_of(comm) == 0;
  const auto prepare = [&](ResultsFile& fresh) {
    RunTable table(fresh);
    const auto n_ranks = static_cast<std::size_t>(size_of(comm));
    for (auto item = static_cast<std::size_t>(rank_of(comm)); item < kept.size(); item += n_ranks) {
      copy_run(old, fresh, schema, kept[item]);
      table.seal(kept[item].to, status[kept[item].from]);
    }
    carry_over_analyses(old, fresh, schema, kept, static_cast<std::size_t>(rank_of(comm)), n_ranks);
    if (!is_first) return;
    copy_history(old, fresh, schema);
    if (kept.size() < n_finished) keep_previous(old.path());
  };
  if (is_first)
    log(LogLevel::info,
        fmt::format("{}: the study has changed; keeping {} finished runs of {}", old.path(), kept.size(), n_finished));
  return ResultsFile::create(old.path(), schema, comm, prepare, ResultsFile::Existing::replace);
}

}  // namespace

ResultsFile open_study_results(const std::string& path, const Schema& schema, MPI_Comm comm) {
  int exists = rank_of(comm) == 0 && std::filesystem::exists(path) ? 1 : 0;
  check_mpi(MPI_Bcast(&exists, 1, MPI_INT, 0, comm), "MPI_Bcast");
  if (exists == 0) return ResultsFile::create(path, schema, comm);

  ResultsFile file = ResultsFile::open(path, ResultsFile::Access::read, comm);
  bool is_complete = false;
  together(comm, [&] {
    check_same_study(file, schema);
    is_complete =
        unchanged(file, schema).size() == schema.datasets.size() && file.read_text("/design/key") == keys_of(schema);
  });
  if (!is_complete) return extended(file, schema, comm);
  file.close();
  return ResultsFile::open(path, ResultsFile::Access::read_write, comm);
}

}  // namespace cohort
