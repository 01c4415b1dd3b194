#include <cohort/core/errors.hpp>
#include <cohort/dynamics/fixed_points.hpp>

#include "basin_search.hpp"
#include "cycle_search.hpp"
#include "known_points.hpp"
#include "newton_search.hpp"
#include "search_end.hpp"
#include "spread.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>
#include <numeric>

namespace cohort {

namespace {

using ConstState = Eigen::Ref<const VectorXd>;

// The total order of IEEE 754: a state that is not a number has its place, too.
bool comes_before(const ConstState& a, const ConstState& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](double x, double y) { return std::strong_order(x, y) < 0; });
}

// The numbers of the starts in the order in which they are searched: by state, so that nothing depends on theirs.
std::vector<Index> search_order(const MatrixXd& starts) {
  std::vector<Index> order(static_cast<std::size_t>(starts.cols()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return comes_before(starts.col(a), starts.col(b)); });
  return order;
}

std::vector<SearchEnd> search_from(const DynamicalMap& map, const MatrixXd& starts, const Spread& spread,
                                   double longest_step, const FixedPointOptions& options, const StopCheck& stop,
                                   KnownPoints& known) {
  std::vector<SearchEnd> ends(static_cast<std::size_t>(starts.cols()));
  NewtonSearch newton(map, longest_step, options, stop);
  BasinSearch(map, spread.mean_distance, options).run(starts, known, stop, [&](Index start, SearchEnd end) {
    if (end.q >= options.fixed_q) end = newton.run(end.state);
    if (!(end.q < options.slow_q)) {
      SearchEnd second = newton.run_undamped(starts.col(start), known);
      if (second.q < options.fixed_q) end = std::move(second);
    }
    if (end.q < options.fixed_q) known.add(end.state);
    ends[static_cast<std::size_t>(start)] = std::move(end);
  });
  return ends;
}

// A search that got stuck (rectified units put kinks into q) begins again where the free-running network comes to rest.
void search_from_rest(const DynamicalMap& map, const FreeRun& free_run, double longest_step,
                      const FixedPointOptions& options, const StopCheck& stop, KnownPoints& known,
                      std::vector<SearchEnd>& ends) {
  NewtonSearch newton(map, longest_step, options, stop);
  VectorXd image(map.dimension()), residual(map.dimension());
  for (std::size_t start = 0; start < ends.size(); ++start) {
    if (ends[start].q < options.slow_q || free_run.period[start] != 1) continue;
    const auto rest = free_run.settled.col(static_cast<Index>(start));
    map.step(rest, image);
    residual = rest - image;
    SearchEnd end;
    if (!known.reach(rest, residual, end)) end = newton.run(rest);
    if (!(end.q < options.fixed_q)) continue;
    known.add(end.state);
    ends[start] = std::move(end);
  }
}

StartStatus status_of(const SearchEnd& end, const Spread& spread, const FixedPointOptions& options) {
  if (!(end.q < options.slow_q) && !(end.q < options.fixed_q)) return StartStatus::not_converged;
  const double limit = options.outlier_factor * spread.mean_distance;
  if (limit > 0 && (end.state - spread.centre).norm() > limit) return StartStatus::outlier;
  return end.q < options.fixed_q ? StartStatus::converged : StartStatus::slow_point;
}

// Groups of end states that hang together by distances below `distance` (single linkage: the groups do not depend on
// the order of the states).
std::vector<std::vector<std::size_t>> merged(const std::vector<SearchEnd>& ends,
                                             const std::vector<std::size_t>& members, double distance) {
  // States are compared only when they are as close in one direction, in which different points hardly ever agree.
  std::vector<std::pair<double, std::size_t>> places;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const VectorXd& state = ends[members[i]].state;
    const auto direction =
        VectorXd::NullaryExpr(state.size(), [](Index k) { return std::cos(static_cast<double>(k * k)); });
    places.emplace_back(state.dot(direction) / direction.norm(), i);
  }
  std::sort(places.begin(), places.end());
  std::vector<std::size_t> leader(members.size());  // the first of a group, through others
  std::iota(leader.begin(), leader.end(), std::size_t{0});
  const auto first_of = [&](std::size_t i) {
    while (leader[i] != i) i = leader[i] = leader[leader[i]];
    return i;
  };
  for (std::size_t a = 0; a < places.size(); ++a)
    for (std::size_t b = a + 1; b < places.size() && places[b].first - places[a].first <= distance; ++b) {
      const std::size_t i = places[a].second, j = places[b].second;
      const std::size_t first_i = first_of(i), first_j = first_of(j);
      if (first_i != first_j && (ends[members[i]].state - ends[members[j]].state).norm() < distance)
        leader[std::max(first_i, first_j)] = std::min(first_i, first_j);
    }
  std::vector<std::vector<std::size_t>> groups(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) groups[first_of(i)].push_back(members[i]);
  std::erase_if(groups, [](const auto& group) { return group.empty(); });
  return groups;
}

FixedPoint point_of(const DynamicalMap& map, const std::vector<SearchEnd>& ends,
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
std::vector<FixedPoint> points_with(StartStatus status, const DynamicalMap& map, const std::vector<SearchEnd>& ends,
                                    const FixedPointOptions& options, const StopCheck& stop,
                                    std::vector<StartOutcome>& outcomes) {
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
  const std::vector<Index> order = search_order(starts);
  const MatrixXd sorted = starts(Eigen::all, order);
  const Spread spread = spread_of(sorted);
  const double longest_step = spread.mean_distance > 0 ? spread.mean_distance : std::numeric_limits<double>::infinity();
  KnownPoints known(map, longest_step, options);
  auto ends = search_from(map, sorted, spread, longest_step, options, stop, known);
  const FreeRun free_run = run_freely(map, sorted, longest_step, options, stop);
  search_from_rest(map, free_run, longest_step, options, stop, known, ends);

  std::vector<StartOutcome> outcomes;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    StartStatus status = status_of(ends[i], spread, options);
    const bool found_nothing = status == StartStatus::not_converged || status == StartStatus::outlier;
    if (found_nothing && free_run.cycle[i] >= 0) status = StartStatus::cycle;
    outcomes.push_back({status, ends[i].q, -1, free_run.period[i], free_run.cycle[i]});
  }
  FixedPoints result;
  result.points = points_with(StartStatus::converged, map, ends, options, stop, outcomes);
  result.slow_points = points_with(StartStatus::slow_point, map, ends, options, stop, outcomes);
  result.cycles = free_run.cycles;
  result.starts.resize(outcomes.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) result.starts[static_cast<std::size_t>(order[i])] = outcomes[i];
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

MatrixXd wandering_states(const DynamicalMap& map, double spread, const RandomStream& stream) {
  constexpr Index n_walks = 32, n_steps = 32;
  RandomStream own = stream;
  MatrixXd x = MatrixXd::NullaryExpr(map.dimension(), n_walks, [&] { return spread * own.normal(); });
  MatrixXd next(x.rows(), x.cols()), visited(x.rows(), n_walks * n_steps);
  Index n = 0;
  for (Index step = 0; step < n_steps; ++step) {
    for (Index walk = 0; walk < n_walks; ++walk)
      if (x.col(walk).allFinite()) visited.col(n++) = x.col(walk);
    map.step(x, next);
    x.swap(next);
  }
  return visited.leftCols(n);
}

}  // namespace cohort
