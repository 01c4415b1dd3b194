#include <cohort/core/errors.hpp>
#include <cohort/dynamics/fixed_points.hpp>

#include "basin_search.hpp"
#include "cycle_search.hpp"
#include "newton_search.hpp"
#include "spread.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace cohort {

namespace {

bool comes_before(const VectorXd& a, const VectorXd& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

std::vector<NewtonSearch::End> search_from(const DynamicalMap& map, const MatrixXd& starts, const Spread& spread,
                                           double longest_step, const FixedPointOptions& options,
                                            const StopCheck& stop) {
  const MatrixXd basins = BasinSearch(map, starts, spread.mean_distance, options).run(stop);
  NewtonSearch newton(map, longest_step, options);
  std::vector<NewtonSearch::End> ends;
  for (Index start = 0; start < starts.cols(); ++start) {
    ask(stop);
    ends.push_back(newton.run(basins.col(start)));
    if (ends.back().q < options.slow_q) continue;
    NewtonSearch::End second = newton.run_undamped(starts.col(start));
    if (second.q < options.fixed_q) ends.back() = std::move(second);
  }
  return ends;
}

// A search that got stuck (rectified units put kinks into q) begins again where the free-running network comes to rest.
void search_from_rest(const DynamicalMap& map, const FreeRun& free_run, double longest_step,
                      const FixedPointOptions& options, const StopCheck& stop,
                      std::vector<NewtonSearch::End>& ends) {
  NewtonSearch newton(map, longest_step, options);
  for (std::size_t start = 0; start < ends.size(); ++start) {
    if (ends[start].q < options.slow_q || free_run.period[start] != 1) continue;
    ask(stop);
    NewtonSearch::End end = newton.run(free_run.settled.col(static_cast<Index>(start)));
    if (end.q < options.fixed_q) ends[start] = std::move(end);
  }
}

StartStatus status_of(const NewtonSearch::End& end, const Spread& spread, const FixedPointOptions& options) {
  if (!(end.q < options.slow_q) && !(end.q < options.fixed_q)) return StartStatus::not_converged;
  const double limit = options.outlier_factor * spread.mean_distance;
  if (limit > 0 && (end.state - spread.centre).norm() > limit) return StartStatus::outlier;
  return end.q < options.fixed_q ? StartStatus::converged : StartStatus::slow_point;
}

// Groups of end states that hang together by distances below `distance` (single linkage: the groups do not depend on
// the order of the states).
std::vector<std::vector<std::size_t>> merged(const std::vector<NewtonSearch::End>& ends, std::vector<std::size_t> left,
                                             double distance) {
  std::vector<std::vector<std::size_t>> groups;
  while (!left.empty()) {
    std::vector<std::size_t> group{left.front()};
    left.erase(left.begin());
    for (std::size_t i = 0; i < group.size(); ++i) {
      const VectorXd& state = ends[group[i]].state;
      const auto near = std::stable_partition(
          left.begin(), left.end(), [&](std::size_t other) { return (ends[other].state - state).norm() >= distance; });
      group.insert(group.end(), near, left.end());
      left.erase(near, left.end());
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

FixedPoint point_of(const DynamicalMap& map, const std::vector<NewtonSearch::End>& ends,
                    const std::vector<std::size_t>& group) {
  const auto best = *std::min_element(group.begin(), group.end(), [&](std::size_t a, std::size_t b) {
    return ends[a].q != ends[b].q ? ends[a].q < ends[b].q : comes_before(ends[a].state, ends[b].state);
  });
  FixedPoint point{ends[best].state, ends[best].q, static_cast<int>(group.size()), 0, {}};
  for (const std::size_t member : group)
    point.extent = std::max(point.extent, (ends[member].state - point.state).norm());
  MatrixXd jacobian(map.dimension(), map.dimension());
  map.jacobian(point.state, jacobian);
  point.stability = stability_of(jacobian);
  return point;
}

// The points at which starts with `status` ended; writes their index into the outcomes of those starts.
std::vector<FixedPoint> points_with(StartStatus status, const DynamicalMap& map,
                                    const std::vector<NewtonSearch::End>& ends, const FixedPointOptions& options,
                                    const StopCheck& stop, std::vector<StartOutcome>& outcomes) {
  std::vector<std::size_t> members;
  for (std::size_t start = 0; start < ends.size(); ++start)
    if (outcomes[start].status == status) members.push_back(start);
  const auto groups = merged(ends, members, options.merge_distance);
  std::vector<FixedPoint> found;
  for (const auto& group : groups) {
    ask(stop);
    found.push_back(point_of(map, ends, group));
  }

  std::vector<std::size_t> order(found.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Index unstable_a = found[a].stability.n_unstable, unstable_b = found[b].stability.n_unstable;
    return unstable_a != unstable_b ? unstable_a < unstable_b : comes_before(found[a].state, found[b].state);
  });
  std::vector<FixedPoint> sorted;
  for (const std::size_t group : order) {
    for (const std::size_t start : groups[group]) outcomes[start].point = static_cast<int>(sorted.size());
    sorted.push_back(std::move(found[group]));
  }
  return sorted;
}

}  // namespace

FixedPoints find_fixed_points(const DynamicalMap& map, const MatrixXd& starts, const FixedPointOptions& options,
                              const StopCheck& stop) {
  expects(starts.cols() > 0 && starts.rows() == map.dimension(),
          "starts [dimension x at least 1] of a fixed point search");
  const Spread spread = spread_of(starts);
  const double longest_step = spread.mean_distance > 0 ? spread.mean_distance : std::numeric_limits<double>::infinity();
  auto ends = search_from(map, starts, spread, longest_step, options, stop);
  const FreeRun free_run = run_freely(map, starts, longest_step, options, stop);
  search_from_rest(map, free_run, longest_step, options, stop, ends);

  FixedPoints result;
  for (std::size_t start = 0; start < ends.size(); ++start) {
    StartStatus status = status_of(ends[start], spread, options);
    const bool found_nothing = status == StartStatus::not_converged || status == StartStatus::outlier;
    if (found_nothing && free_run.cycle[start] >= 0) status = StartStatus::cycle;
    result.starts.push_back({status, ends[start].q, -1, free_run.period[start], free_run.cycle[start]});
  }
  result.points = points_with(StartStatus::converged, map, ends, options, stop, result.starts);
  result.slow_points = points_with(StartStatus::slow_point, map, ends, options, stop, result.starts);
  result.cycles = free_run.cycles;
  return result;
}

MatrixXd noisy_starts(const MatrixXd& visited, Index n_starts, double noise, const RandomStream& stream) {
  MatrixXd starts(visited.rows(), n_starts);
  for (Index start = 0; start < n_starts; ++start) {
    RandomStream own = stream.substream(static_cast<std::uint64_t>(start));
    starts.col(start) = visited.col(static_cast<Index>(own.integer(static_cast<std::uint64_t>(visited.cols()))));
    for (Index i = 0; i < visited.rows(); ++i) starts(i, start) += noise * own.normal();
  }
  return starts;
}

}  // namespace cohort
