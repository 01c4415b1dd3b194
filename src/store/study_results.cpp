#include "carry_over.hpp"
#include "lucky_levels.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/core/log.hpp>
#include <cohort/learning/rule_curve.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_results.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <utility>

namespace cohort {
namespace {

bool is_dataset_of(const std::string& group, const DatasetInfo& info) { return group_of(info.path) == group; }

bool belongs_to_one_run(const DatasetInfo& info) {
  return !info.dimensions.empty() && info.dimensions.front() == "run" && !is_dataset_of("/design", info);
}

const Generated<std::string>& keys_of(const Schema& schema) {
  for (const auto& info : schema.datasets)
    if (info.path == "/design/key") return std::get<Generated<std::string>>(info.constants);
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

/// The file has these texts.
bool has_texts(ResultsFile& file, const std::string& path, const Generated<std::string>& wanted) {
  if (!file.has(path) || !file.is_text(path) || file.extent(path) != Extent{wanted.size()}) return false;
  return wanted.each_block([&](std::size_t first, const std::vector<std::string>& texts) {
    return file.read_text(path, {first}, {texts.size()}) == texts;
  });
}

/// The file has these numbers.
template <class Value>
bool has_numbers(ResultsFile& file, const std::string& path, const Generated<Value>& wanted) {
  if (!file.has(path) || file.is_text(path) || file.extent(path) != Extent{wanted.size()}) return false;
  return wanted.each_block([&](std::size_t first, const std::vector<Value>& values) {
    return std::ranges::equal(file.read<double>(path, {first}, {values.size()}), values);
  });
}

/// The file has this dimension scale, with the same labels or values.
bool has_scale(ResultsFile& file, const DatasetInfo& scale) {
  if (const auto* labels = std::get_if<Generated<std::string>>(&scale.constants))
    return has_texts(file, scale.path, *labels);
  if (const auto* values = std::get_if<Generated<double>>(&scale.constants))
    return has_numbers(file, scale.path, *values);
  return has_numbers(file, scale.path, std::get<Generated<std::int32_t>>(scale.constants));
}

/// The paths of everything in `schema` that the file has in the same shape and type, along the same coordinates.
std::set<std::string> unchanged(ResultsFile& file, const Schema& schema) {
  std::set<std::string> scales, datasets;
  for (const auto& scale : dimension_scales(schema))
    if (has_scale(file, scale)) scales.insert(scale.path);
  for (const auto& info : schema.datasets) {
    const std::string group = group_of(info.path) == "/" ? "" : group_of(info.path);
    const bool same_axes = std::all_of(info.dimensions.begin(), info.dimensions.end(),
                                       [&](const std::string& name) { return scales.contains(group + "/" + name); });
    if (same_axes && file.has(info.path) && file.extent(info.path) == schema.extent(info) &&
        file.value_type(info.path) == info.type)
      datasets.insert(info.path);
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
    if (info.path == "/snapshots/chance") continue;  // of the task, not of runs
    if (!old.has(info.path)) {
      if (may_be_blank(info.path)) continue;
      return false;
    }
    if (belongs_to_one_run(info) && !fits(old.extent(info.path), schema.extent(info))) return false;
  }
  return RunTable(old).levels() == levels_of(schema);
}

/// Runs that lie side by side in both files.
struct RunRange {
  std::size_t from, to, count;
};

/// Neighbours of `kept` joined, but never more than `most` of them.
std::vector<RunRange> ranges(const std::vector<KeptRun>& kept, std::size_t most) {
  std::vector<RunRange> result;
  for (const auto& [from, to] : kept) {
    const bool goes_on = !result.empty() && result.back().from + result.back().count == from &&
                         result.back().to + result.back().count == to && result.back().count < most;
    if (goes_on)
      ++result.back().count;
    else
      result.push_back({from, to, 1});
  }
  return result;
}

void copy_runs(ResultsFile& from, ResultsFile& to, const Schema& schema, const RunRange& runs) {
  for (const auto& info : schema.datasets) {
    const bool written_last = info.path == "/state/status" || info.path == "/state/checksum";
    if (!belongs_to_one_run(info) || !info.made_from.empty() || written_last || !from.has(info.path)) continue;
    if (!fits(from.extent(info.path), to.extent(info.path))) continue;
    Extent count = from.extent(info.path), source(count.size(), 0), target(count.size(), 0);
    count[0] = runs.count;
    source[0] = runs.from;
    target[0] = runs.to;
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

/// A key as a number of 128 bits: a million keys as texts would be a burden on every rank.
std::pair<std::uint64_t, std::uint64_t> number_of(const std::string& key) { return {hash64(key, 1), hash64(key, 2)}; }

/// Finished runs of the old file whose key is among `new_keys`, in the order of the old file.
std::vector<KeptRun> kept_runs(ResultsFile& old, const std::vector<bool>& finished,
                               const Generated<std::string>& new_keys) {
  struct Place {
    std::pair<std::uint64_t, std::uint64_t> key;
    std::size_t run;
  };
  const auto comes_before = [](const Place& a, const Place& b) { return a.key < b.key; };
  std::vector<Place> places;
  places.reserve(new_keys.size());
  new_keys.each_block([&](std::size_t first, const std::vector<std::string>& keys) {
    for (std::size_t i = 0; i < keys.size(); ++i) places.push_back({number_of(keys[i]), first + i});
    return true;
  });
  std::sort(places.begin(), places.end(), comes_before);
  std::vector<KeptRun> kept;
  constexpr std::size_t block = 1 << 16;
  for (std::size_t first = 0; first < finished.size(); first += block) {
    const auto keys = old.read_text("/design/key", {first}, {std::min(block, finished.size() - first)});
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!finished[first + i]) continue;
      const Place wanted{number_of(keys[i]), 0};
      const auto found = std::lower_bound(places.begin(), places.end(), wanted, comes_before);
      if (found != places.end() && found->key == wanted.key) kept.push_back({first + i, found->run});
    }
  }
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

StudyResults extended(ResultsFile& old, const Schema& schema, MPI_Comm comm) {
  const RunTable old_table(old);
  const auto finished = old_table.finished();
  std::vector<KeptRun> kept;
  std::vector<RunStatus> status;
  together(comm, [&] {
    if (runs_fit(old, schema)) kept = kept_runs(old, without_lucky_levels(old, finished), keys_of(schema));
    status = old_table.read_status();
  });
  const auto n_finished = static_cast<std::size_t>(std::count(finished.begin(), finished.end(), true));
  const bool is_first = rank_of(comm) == 0;
  const auto prepare = [&](ResultsFile& fresh) {
    RunTable table(fresh);
    const auto n_ranks = static_cast<std::size_t>(size_of(comm));
    const auto all = ranges(kept, table.rows_per_block());
    for (auto item = static_cast<std::size_t>(rank_of(comm)); item < all.size(); item += n_ranks) {
      copy_runs(old, fresh, schema, all[item]);
      table.seal(all[item].to, std::span(status).subspan(all[item].from, all[item].count));
    }
    carry_over_analyses(old, fresh, schema, kept, static_cast<std::size_t>(rank_of(comm)), n_ranks);
    if (!is_first) return;
    copy_history(old, fresh, schema);
    if (kept.size() < n_finished) keep_previous(old.path());
  };
  if (is_first)
    log(LogLevel::info,
        fmt::format("{}: the study has changed; keeping {} finished runs of {}", old.path(), kept.size(), n_finished));
  std::vector<bool> kept_in_new(keys_of(schema).size(), false);
  for (const KeptRun& run : kept) kept_in_new[run.to] = true;
  return {ResultsFile::create(old.path(), schema, comm, prepare, ResultsFile::Existing::replace),
          std::move(kept_in_new)};
}

/// What rank 0 says (collective); what it throws every rank throws.
bool first_rank_says(MPI_Comm comm, const std::function<bool()>& question) {
  int answer = 0;
  together(comm, [&] {
    if (rank_of(comm) == 0) answer = question() ? 1 : 0;
  });
  check_mpi(MPI_Bcast(&answer, 1, MPI_INT, 0, comm), "MPI_Bcast");
  return answer != 0;
}

}  // namespace

StudyResults open_study_results(const std::string& path, const Schema& schema, MPI_Comm comm) {
  if (!first_rank_says(comm, [&] { return std::filesystem::exists(path); }))
    return {ResultsFile::create(path, schema, comm), std::vector<bool>(keys_of(schema).size(), false)};

  ResultsFile old = ResultsFile::open(path, ResultsFile::Access::read, comm);
  const bool is_complete = first_rank_says(comm, [&] {
    check_same_study(old, schema);
    return unchanged(old, schema).size() == schema.datasets.size() && has_texts(old, "/design/key", keys_of(schema));
  });
  if (!is_complete) return extended(old, schema, comm);
  old.close();
  ResultsFile file = ResultsFile::open(path, ResultsFile::Access::read_write, comm);
  std::vector<bool> finished = RunTable(file).finished();
  return {std::move(file), std::move(finished)};
}

}  // namespace cohort
