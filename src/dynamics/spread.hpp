#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Where a set of states lies and how far it reaches: the length scale of a search.
struct Spread {
  VectorXd centre;       ///< mean state
  double mean_distance;  ///< of the states from the centre; 0 for a single state
};

inline Spread spread_of(const MatrixXd& states) {
  const VectorXd centre = states.rowwise().mean();
  return {centre, (states.colwise() - centre).colwise().norm().mean()};
}

}  // namespace cohort
