#include <cohort/dynamics/departures.hpp>

#include <cohort/dynamics/modes.hpp>

#include <algorithm>

namespace cohort {
namespace {

constexpr double kAway = 10;  // in merge distances: far enough to leave, near enough to leave along the direction
constexpr int kStepsBetweenLooks = 16;

struct Walk {
  Departure departure;
  VectorXd state;
};

/// Both sides of each unstable direction of a point.
void add_walks(const DynamicalMap& map, const FixedPoints& found, int point, Index max_directions, double away,
               std::vector<Walk>& walks) {
  const FixedPoint& from = found.points[static_cast<std::size_t>(point)];
  MatrixXd jacobian(map.dimension(), map.dimension());
  map.jacobian(from.state, jacobian);
  const Modes modes = modes_of(jacobian);
  const Index n = std::min(from.stability.n_unstable, max_directions);
  for (Index mode = 0; mode < n; ++mode) {
    if (modes.eigenvalues[mode].imag() < 0) continue;  // the other one of its pair was there
    const VectorXd direction = modes.right.col(mode).real().normalized();
    for (const int side : {0, 1})
      walks.push_back({{point, static_cast<int>(mode), side}, from.state + (side == 0 ? away : -away) * direction});
  }
}

/// Whether the walk has come to an attractor that was found.
bool has_arrived(const FixedPoints& found, double distance, Walk& walk) {
  for (std::size_t i = 0; i < found.points.size(); ++i)
    if (found.points[i].stability.n_unstable == 0 && (found.points[i].state - walk.state).norm() < distance) {
      walk.departure.to_point = static_cast<int>(i);
      return true;
    }
  for (std::size_t i = 0; i < found.cycles.size(); ++i)
    if (found.cycles[i].stability.n_unstable == 0 &&
        (found.cycles[i].states.colwise() - walk.state).colwise().norm().minCoeff() < distance) {
      walk.departure.to_cycle = static_cast<int>(i);
      return true;
    }
  return !walk.state.allFinite();
}

}  // namespace

std::vector<Departure> departures_of(const DynamicalMap& map, const FixedPoints& found, Index max_directions,
                                     const FixedPointOptions& options, int n_steps, const StopCheck& stop) {
  std::vector<Walk> walks;
  for (std::size_t point = 0; point < found.points.size(); ++point)
    if (found.points[point].stability.n_unstable > 0 && found.points[point].stability.is_isolated)
      add_walks(map, found, static_cast<int>(point), max_directions, kAway * options.merge_distance, walks);
  VectorXd next(map.dimension());
  std::vector<Departure> departures;
  for (Walk& walk : walks) {
    for (int step = 0; step < n_steps; ++step) {
      if (step % kStepsBetweenLooks == 0) {
        ask(stop);
        if (has_arrived(found, options.merge_distance, walk)) break;
      }
      map.step(walk.state, next);
      walk.state.swap(next);
    }
    departures.push_back(walk.departure);
  }
  return departures;
}

}  // namespace cohort
