#pragma once

#include <cohort/dynamics/fixed_points.hpp>

#include <vector>

namespace cohort {

/// What the free-running map does from each start.
struct FreeRun {
  std::vector<Cycle> cycles;  ///< in the order in which the starts came to them
  std::vector<int> period;    ///< per start: 1 at rest, 2.. on a cycle, 0 neither
  std::vector<int> cycle;     ///< per start: index into cycles, -1 when on none
  MatrixXd settled;           ///< where each start was after settling, [dimension x n_starts]; empty when not run
};

/// Lets the map run from every start and says on which cycle it ends. `longest_step` as in NewtonSearch.
FreeRun run_freely(const DynamicalMap& map, const MatrixXd& starts, double longest_step,
                   const FixedPointOptions& options, const StopCheck& stop);

}  // namespace cohort
