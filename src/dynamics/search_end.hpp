#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Where a search ended.
struct SearchEnd {
  VectorXd state;  ///< [dimension]
  double q = 0;    ///< ½ |x − F(x)|² there
};

}  // namespace cohort
