#include <cohort/dynamics/topology.hpp>

#include <algorithm>
#include <limits>

namespace cohort {
namespace {

/// Eigenvalues 1 within the margin.
Index marginal_directions(const Stability& stability) {
  return std::ranges::count_if(stability.eigenvalues, [](const std::complex<double>& eigenvalue) {
    return std::abs(eigenvalue - 1.0) <= Stability::margin;
  });
}

}  // namespace

Topology topology_of(const FixedPoints& found, std::size_t n_unstable, std::size_t n_periods) {
  Topology result;
  result.points_by_unstable.resize(n_unstable);
  result.cycles_by_period.resize(n_periods);
  int n_starts = 0, n_alone = 0;
  for (const FixedPoint& point : found.points) {
    ++result.points_by_unstable[std::min(n_unstable - 1, static_cast<std::size_t>(point.stability.n_unstable))];
    n_starts += point.n_starts;
    n_alone += point.n_starts == 1;
    if (point.stability.is_isolated) continue;
    ++result.n_continua;
    result.continuum_dimension = std::max(result.continuum_dimension, marginal_directions(point.stability));
  }
  for (const Cycle& cycle : found.cycles)
    ++result.cycles_by_period[std::min(n_periods - 1, static_cast<std::size_t>(cycle.states.cols()))];
  result.unseen_share =
      n_starts > 0 ? static_cast<double>(n_alone) / n_starts : std::numeric_limits<double>::quiet_NaN();
  return result;
}

}  // namespace cohort
