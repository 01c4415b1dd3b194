#include "parts.hpp"

#include "resampled.hpp"

#include <utility>

namespace cohort {

Halves halves_of(Index n_units, const RandomStream& stream) {
  const std::vector<Index> order = shuffled(n_units, stream);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
  return {{order.begin(), middle}, {middle, middle + (middle - order.begin())}};
}

std::optional<Representation> with_values(const Representation& whole, MatrixXd values) {
  if (Representation::comparability(values, whole.precision()) != Comparability::comparable) return std::nullopt;
  return Representation(std::move(values), whole.n_conditions(), "part of " + whole.name(), whole.precision());
}

std::optional<Representation> with_units(const Representation& whole, const std::vector<Index>& units) {
  return with_values(whole, whole.values()(Eigen::all, units));
}

std::optional<Representation> with_conditions(const Representation& whole, const std::vector<Index>& from) {
  const Index n_times = whole.n_times();
  MatrixXd values(static_cast<Index>(from.size()) * n_times, whole.n_units());
  for (std::size_t condition = 0; condition < from.size(); ++condition)
    values.middleRows(static_cast<Index>(condition) * n_times, n_times) =
        whole.values().middleRows(from[condition] * n_times, n_times);
  return with_values(whole, std::move(values));
}

}  // namespace cohort
