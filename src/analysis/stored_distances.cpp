#include "stored_distances.hpp"

#include <cohort/analysis/run_distances.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/comparability.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {

StoredDistances::StoredDistances(const FinishedRuns& runs, const NamedMeasure& measure, ValueType type,
                                 std::size_t level, const std::vector<std::size_t>& selected, const StopCheck& stop)
    : runs_(runs),
      path_("/" + measure.name()),
      version_(RunDistances::version(measure, type)),
      level_(level),
      selected_(selected),
      stop_(stop),
      is_checked_(selected.size(), false) {}

void StoredDistances::rows(std::size_t first, std::size_t count, double* d2) const {
  for (std::size_t row = first; row < first + count; ++row) {
    ask(stop_);
    const auto distances = runs_.read<double>(path_, {level_, selected_[row], 0}, {1, 1, runs_.size()});
    if (!is_checked_[row]) check(selected_[row], distances);
    is_checked_[row] = true;
    for (const std::size_t other : selected_) *d2++ = distances[other] * distances[other];
  }
}

void StoredDistances::check(std::size_t run, const std::vector<double>& distances) const {
  const auto made_from = runs_.read<std::uint64_t>(path_ + "_made_from", {level_, run, 0}, {1, 1, runs_.size()});
  for (const std::size_t other : selected_) {
    if (made_from[other] != RunDistances::pair_made_from(runs_.checksum(run), runs_.checksum(other), version_))
      throw RunError(fmt::format("the distance of runs {} and {} is not there", run, other));
    if (!std::isfinite(distances[other])) throw UndefinedDistance();
  }
}

std::vector<bool> comparable_runs(const FinishedRuns& runs, std::size_t level) {
  const auto codes = runs.read<std::uint8_t>("/similarity/comparability", {0, level}, {runs.size(), 1});
  std::vector<bool> result(runs.size(), false);
  for (std::size_t run = 0; run < runs.size(); ++run) {
    if (runs.checksum(run) == 0) continue;
    const auto code = static_cast<Comparability>(codes[run]);
    if (code == Comparability::unknown)
      throw RunError(fmt::format("it is not known whether run {} can be compared", run));
    result[run] = code == Comparability::comparable;
  }
  return result;
}

}  // namespace cohort
