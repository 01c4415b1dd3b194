#include <cohort/store/resume_plan.hpp>

#include "carry_over.hpp"
#include "cut_rows.hpp"
#include "lucky_levels.hpp"
#include "run_rows.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_identity.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace cohort {
namespace {

/// A key as a number of 128 bits: a million keys as texts would be a burden on every rank.
std::pair<std::uint64_t, std::uint64_t> number_of(const std::string& key) { return {hash64(key, 1), hash64(key, 2)}; }

/// Finished runs of the old file whose key is among `keys`, in the order of the old file.
std::vector<KeptRun> found_again(ResultsFile& old, const std::vector<bool>& finished,
                                 const Generated<std::string>& wanted_keys) {
  struct Place {
    std::pair<std::uint64_t, std::uint64_t> key;
    std::size_t run;
  };
  const auto comes_before = [](const Place& a, const Place& b) { return a.key < b.key; };
  std::vector<Place> places;
  places.reserve(wanted_keys.size());
  wanted_keys.each_block([&](std::size_t first, const std::vector<std::string>& keys) {
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

/// Where the old file has each level; `missing` gets those it does not have.
std::vector<std::size_t> found_levels(const std::vector<std::string>& old, const std::vector<std::string>& levels,
                                      std::vector<std::string>& missing) {
  std::vector<std::size_t> from;
  for (const std::string& level : levels) {
    const auto found = std::find(old.begin(), old.end(), level);
    if (found == old.end()) missing.push_back(level);
    from.push_back(static_cast<std::size_t>(found - old.begin()));
  }
  return from;
}

/// What is stored on request, by path, and what a user calls it.
constexpr std::array kOnRequest{kOutputs, kWeights, kScores, kRepresentation};
const char* word_of(std::string_view path) {
  if (path == kScores) return "compressed representations";
  if (path == kRepresentation) return "raw representations";
  return path == kWeights ? "weights" : "outputs";
}

bool has_dataset(const Schema& schema, const std::string& path) {
  return std::any_of(schema.datasets.begin(), schema.datasets.end(),
                     [&](const DatasetInfo& info) { return info.path == path; });
}

/// Why finished runs must be trained again: something is to be stored of them that the file does not have. What only a
/// newer program stores stays blank in rows from before.
std::string why_again(ResultsFile& old, const Schema& schema, const std::vector<std::string>& missing_levels) {
  if (!missing_levels.empty()) return fmt::format("snapshots at {} were not stored", fmt::join(missing_levels, ", "));
  for (const auto& info : schema.datasets) {
    if (!info.path.starts_with("/curves/") && !is_dataset_of("/snapshots", info)) continue;
    if (info.path == "/snapshots/chance") continue;  // of the task, not of runs
    if (!old.has(info.path)) {
      if (may_be_blank(info.path)) continue;
      const auto asked = std::find(kOnRequest.begin(), kOnRequest.end(), info.path);
      return asked == kOnRequest.end() ? info.path + " was not stored"
                                       : fmt::format("{} were not stored", word_of(*asked));
    }
    if (belongs_to_one_run(info) && !fits(info, old.extent(info.path), schema.extent(info)))
      return info.path + " has another shape";
  }
  return "";
}

/// A row that moves into the new file has the bytes it had, so that its checksum, and what was made from it, holds.
bool rows_stay(ResultsFile& old, const Schema& schema, const std::vector<std::string>& old_levels) {
  if (levels_of(schema) != old_levels) return false;
  return std::ranges::all_of(schema.datasets, [&](const DatasetInfo& info) {
    const bool is_payload = info.path.starts_with("/curves/") || is_dataset_of("/snapshots", info);
    if (!is_payload || !belongs_to_one_run(info) || !old.has(info.path)) return true;
    const Extent before = old.extent(info.path), now = schema.extent(info);
    return std::equal(before.begin() + 1, before.end(), now.begin() + 1, now.end());
  });
}

/// What the old file stores of each run, and the new one does not.
std::vector<std::string> dropped(ResultsFile& old, const Schema& schema, const std::vector<std::string>& old_levels) {
  std::vector<std::string> result;
  const std::vector<std::string> levels = levels_of(schema);
  for (const std::string& level : old_levels)
    if (std::find(levels.begin(), levels.end(), level) == levels.end()) result.push_back("snapshots at " + level);
  for (const char* path : kOnRequest)
    if (old.has(path) && !has_dataset(schema, path)) result.emplace_back(word_of(path));
  return result;
}

/// Whether what networks are compared with is still the same: a recording's comment ends with a hash of its numbers and
/// of what was chosen of them.
bool has_same_recordings(ResultsFile& file, const Schema& schema) {
  return std::ranges::all_of(schema.datasets, [&](const DatasetInfo& info) {
    return !info.path.starts_with("/recordings/") || info.comment.empty() ||
           (file.has(info.path) && file.attribute(info.path, "comment") == info.comment);
  });
}

/// Whether representations are, and were, cut alike: values say beside them at what tolerance.
bool has_same_tolerances(ResultsFile& file, const Schema& schema) {
  return std::ranges::all_of(schema.datasets, [&](const DatasetInfo& info) {
    const auto tolerance = info.attributes.find("tolerance");
    const std::string now = tolerance == info.attributes.end() ? "" : tolerance->second;
    return info.attributes.empty() || !file.has(info.path) || file.attribute(info.path, "tolerance") == now;
  });
}

}  // namespace

bool is_unchanged(ResultsFile& file, const Schema& schema) {
  const bool stores_the_same =  // rows with and without would lie in one file
      std::ranges::all_of(kOnRequest, [&](const char* path) { return file.has(path) == has_dataset(schema, path); });
  return file.attribute("/", "title") == attribute_of(schema, "title") && stores_the_same &&
         unchanged_paths(file, schema).size() == schema.datasets.size() && has_same_recordings(file, schema) &&
         has_same_tolerances(file, schema) && has_texts(file, "/design/key", keys_of(schema));
}

ResumePlan plan_resume(ResultsFile& file, const Schema& schema, const std::vector<bool>& finished,
                       const Generated<std::string>& former_keys, bool unchanged) {
  ResumePlan plan;
  plan.n_runs = keys_of(schema).size();
  plan.n_finished = static_cast<std::size_t>(std::count(finished.begin(), finished.end(), true));
  plan.is_unchanged = unchanged;
  if (unchanged) {
    plan.n_kept = plan.n_finished;
    return plan;
  }
  const std::vector<std::string> old_levels = RunTable(file).levels();
  std::vector<std::string> missing;
  plan.level_from = found_levels(old_levels, levels_of(schema), missing);
  const Generated<std::string>& keys = has_former_keys(file) ? former_keys : keys_of(schema);
  std::vector<KeptRun> found = found_again(file, finished, keys);
  std::string why = why_again(file, schema, missing);
  if (why.empty()) {
    const std::size_t n_found = found.size();
    found = found_again(file, without_lucky_levels(file, finished), keys);
    plan.n_kept = found.size();
    plan.n_again = n_found - plan.n_kept;
    if (plan.n_again > 0) plan.why_again = "untrained they reached a level by luck";
    plan.kept = std::move(found);
    if (plan.n_kept > 0) plan.dropped = dropped(file, schema, old_levels);
  } else if (!found.empty()) {
    plan.n_again = found.size();
    plan.why_again = std::move(why);
  }
  plan.rows_stay = plan.dropped.empty() && rows_stay(file, schema, old_levels);
  plan.carried = carried_analyses(file, schema);
  return plan;
}

std::string resume_text(const ResumePlan& plan) {
  const auto runs = [](std::size_t n) { return fmt::format("{} finished run{}", n, n == 1 ? "" : "s"); };
  std::string text = fmt::format("{} of {} runs {} kept, {} to train", plan.n_kept, plan.n_runs,
                                 plan.n_kept == 1 ? "is" : "are", plan.n_to_train());
  if (plan.n_again > 0)
    text +=
        fmt::format("; {} {} trained again ({})", runs(plan.n_again), plan.n_again == 1 ? "is" : "are", plan.why_again);
  if (plan.n_gone() > 0)
    text += fmt::format("; {} {} no longer in the study", runs(plan.n_gone()), plan.n_gone() == 1 ? "is" : "are");
  if (!plan.dropped.empty()) text += fmt::format("; no longer stored: {}", fmt::join(plan.dropped, ", "));
  return text;
}

}  // namespace cohort
