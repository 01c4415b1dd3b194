#include <cohort/learning/continued_state.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace cohort {
namespace {

/// The number of a level "update=N".
std::optional<Index> listed_update(const std::string& level) {
  constexpr std::string_view word = "update=";
  Index update = 0;
  if (!level.starts_with(word)) return std::nullopt;
  std::from_chars(level.data() + word.size(), level.data() + level.size(), update);
  return update;
}

/// Listed updates are looked at whatever `evaluate_every` says, so those that lie behind must be the same.
void check_past(const std::vector<std::string>& levels, const std::vector<std::string>& wanted, Index n_updates) {
  for (const std::string& level : levels) {
    const auto update = listed_update(level);
    if (update && *update < n_updates && std::ranges::find(wanted, level) == wanted.end())
      throw RunError(fmt::format("looked at the network at {}, which is no longer a level", level));
  }
}

/// The snapshots of `wanted` levels.
std::vector<Snapshot> snapshots_of(const std::vector<std::string>& wanted, const std::vector<std::string>& levels,
                                   const TrainingState& state) {
  std::vector<Snapshot> snapshots;
  for (const std::string& level : wanted) {
    const auto found = std::ranges::find(levels, level);
    const auto update = listed_update(level);
    const bool is_to_come = update && *update >= state.update;
    if (found == levels.end() && !is_to_come) throw RunError(fmt::format("did not look for the level {}", level));
    snapshots.push_back(
        found == levels.end() ? Snapshot{} : state.record.snapshots[static_cast<std::size_t>(found - levels.begin())]);
  }
  return snapshots;
}

}  // namespace

Index n_begun(const TrainingState& state) {
  return state.record.status == RunStatus::pending ? state.update : state.update - 1;
}

TrainingState continued(TrainingState state, const std::vector<std::string>& levels, Index updates,
                        const SnapshotPlan& plan) {
  if (n_begun(state) > updates)
    throw RunError(fmt::format("has made {} updates, and the study asks for {}", n_begun(state), updates));
  if (levels.size() != state.record.snapshots.size()) throw RunError("has other snapshots than it says");
  const std::vector<std::string> wanted = plan.labels();
  check_past(levels, wanted, state.update);
  state.record.snapshots = snapshots_of(wanted, levels, state);
  for (Curve& curve : state.record.curves)
    curve.values.resize(static_cast<std::size_t>(updates) + 1, std::numeric_limits<float>::quiet_NaN());
  return state;
}

}  // namespace cohort
