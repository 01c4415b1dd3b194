#pragma once

#include <cohort/core/stop_request.hpp>
#include <cohort/dynamics/fixed_points.hpp>

#include <vector>

namespace cohort {

/// Where the free-running map ends that leaves a fixed point along one of its unstable directions.
struct Departure {
  int point = 0;      ///< it leaves, index into FixedPoints::points
  int direction = 0;  ///< number of the mode among those of the point, by decreasing modulus
  int side = 0;       ///< 0: along the right eigenvector (of a complex pair its real part), 1: against it
  int to_point = -1;  ///< the stable point where it ends, -1: at none
  int to_cycle = -1;  ///< or the cycle, index into FixedPoints::cycles
};

/// The graph of a network's states: for each isolated unstable point, each of its first `max_directions` unstable
/// directions (one of a complex pair) and both sides, the attractor that the map comes to from ten merge distances
/// away. An end that was not among the points and cycles found, or not reached within `n_steps`, is none. Ordered by
/// point, direction, side. Deterministic. Asks `stop` between steps.
std::vector<Departure> departures_of(const DynamicalMap& map, const FixedPoints& found, Index max_directions,
                                     const FixedPointOptions& options = {}, int n_steps = 5000,
                                     const StopCheck& stop = {});

}  // namespace cohort
