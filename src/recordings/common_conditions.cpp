#include <cohort/recordings/common_conditions.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace cohort {
namespace {

/// Numbers, among the conditions of the file, of those that are left.
std::vector<Index> kept_of(const Recording& recording) {
  if (!recording.kept_conditions.empty()) return recording.kept_conditions;
  std::vector<Index> all(static_cast<std::size_t>(recording.n_conditions));
  std::iota(all.begin(), all.end(), Index{0});
  return all;
}

/// Labels of all conditions of the file, in its order.
std::vector<std::string> names_in_file(const Recording& recording) {
  std::vector<std::string> names(recording.conditions.size() + recording.left_out_conditions.size());
  const std::vector<Index> kept = kept_of(recording);
  for (std::size_t i = 0; i < kept.size(); ++i) names[static_cast<std::size_t>(kept[i])] = recording.conditions[i];
  auto left_out = recording.left_out_conditions.begin();
  for (std::string& name : names)
    if (name.empty()) name = *left_out++;
  return names;
}

void check_conditions(const Recording& first, const Recording& other) {
  const auto total = [](const Recording& recording) { return recording.n_conditions + recording.n_left_out; };
  if (total(first) == total(other)) return;
  throw UserError(fmt::format("conditions of {} and {} cannot be matched", first.source, other.source),
                  other.n_conditions == 0 || first.n_conditions == 0
                      ? fmt::format("those of {} are not known", (other.n_conditions == 0 ? other : first).source)
                      : fmt::format("there are {} and {}", total(first), total(other)));
}

void keep(Recording& recording, const std::vector<Index>& common) {
  const std::vector<Index> kept = kept_of(recording);
  if (kept == common) return;
  std::vector<Index> from;
  for (const Index condition : common)
    from.push_back(std::lower_bound(kept.begin(), kept.end(), condition) - kept.begin());
  recording.remarks.push_back(fmt::format("{}: {} of its conditions are left out, others lack them", recording.source,
                                          kept.size() - common.size()));
  recording.n_left_out += static_cast<Index>(kept.size() - common.size());
  recording.kept_conditions = common;
  choose_conditions(recording, from);
  if (recording.conditions.empty()) return;
  std::vector<std::string> names;
  for (const Index place : from) names.push_back(recording.conditions[static_cast<std::size_t>(place)]);
  for (const std::string& name : recording.conditions)
    if (std::find(names.begin(), names.end(), name) == names.end()) recording.left_out_conditions.push_back(name);
  recording.conditions = names;
}

}  // namespace

std::vector<Recording> with_common_conditions(std::vector<Recording> recordings) {
  const auto is_whole = [](const Recording& recording) { return recording.n_left_out == 0; };
  if (std::all_of(recordings.begin(), recordings.end(), is_whole)) return recordings;
  const bool are_named = std::none_of(recordings.begin(), recordings.end(),
                                      [](const Recording& recording) { return recording.conditions.empty(); });
  const std::vector<std::string> names = are_named ? names_in_file(recordings.front()) : std::vector<std::string>();
  std::vector<Index> common = kept_of(recordings.front());
  for (Recording& recording : recordings) {
    check_conditions(recordings.front(), recording);
    if (are_named) recording = in_order_of(std::move(recording), names);
    std::vector<Index> both;
    const std::vector<Index> kept = kept_of(recording);
    std::set_intersection(common.begin(), common.end(), kept.begin(), kept.end(), std::back_inserter(both));
    common = both;
  }
  if (common.empty()) throw UserError("no condition is left", "each holds NaN in one of the files at least");
  for (Recording& recording : recordings) keep(recording, common);
  return recordings;
}

}  // namespace cohort
