#include "stored_distances.hpp"

#include <cohort/analysis/run_distances.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/comparability.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cohort {

StoredDistances::StoredDistances(const FinishedRuns& runs, const NamedMeasure& measure, ValueType type,
                                 std::size_t level, const std::vector<std::size_t>& selected, const StopCheck& stop)
    : runs_(runs),
      path_("/" + measure.name()),
      version_(RunDistances::version(measure, type)),
      level_(level),
      is_symmetric_(measure->traits().is_symmetric),
      selected_(selected),
      stop_(stop),
      is_checked_(selected.size(), false) {}

void StoredDistances::rows(std::size_t first, std::size_t count, double* d2) const {
  for (std::size_t row = first; row < first + count; ++row) {
    ask(stop_);
    const std::size_t run = selected_[row];
    const Line there = read(run, Direction::from);
    const Line back = is_symmetric_ ? Line{} : read(run, Direction::to);
    if (!is_checked_[row]) {
      check(run, there, Direction::from);
      if (!is_symmetric_) check(run, back, Direction::to);
    }
    is_checked_[row] = true;
    for (const std::size_t other : selected_) *d2++ = square(there, back, run, other);
  }
}

double StoredDistances::square(const Line& there, const Line& back, std::size_t run, std::size_t other) const {
  const double one = there.distances[other] * there.distances[other];
  if (is_symmetric_) return one;
  // A network predicts itself as well as rounding lets it, which is no distance.
  if (run == other) return 0;
  return (one + back.distances[other] * back.distances[other]) / 2;
}

StoredDistances::Line StoredDistances::read(std::size_t run, Direction direction) const {
  const bool is_from = direction == Direction::from;
  const std::array<std::size_t, 3> start{level_, is_from ? run : 0, is_from ? 0 : run};
  const std::array<std::size_t, 3> count{1, is_from ? 1 : runs_.size(), is_from ? runs_.size() : 1};
  Line line;
  line.distances = runs_.read<double>(path_, {start.begin(), start.end()}, {count.begin(), count.end()});
  const auto row =
      static_cast<std::size_t>(std::lower_bound(selected_.begin(), selected_.end(), run) - selected_.begin());
  if (!is_checked_[row])
    line.made_from =
        runs_.read<std::uint64_t>(path_ + "_made_from", {start.begin(), start.end()}, {count.begin(), count.end()});
  return line;
}

void StoredDistances::check(std::size_t run, const Line& line, Direction direction) const {
  for (const std::size_t other : selected_) {
    const std::size_t from = direction == Direction::from ? run : other,
                      to = direction == Direction::from ? other : run;
    if (line.made_from[other] != RunDistances::pair_made_from(runs_.checksum(from), runs_.checksum(to), version_))
      throw RunError(fmt::format("the distance of runs {} and {} is not there", from, to));
    if (!std::isfinite(line.distances[other])) throw UndefinedDistance();
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
