#pragma once

#include <cstddef>

namespace cohort {

/// Sizes and positions in matrices: the type that <cohort/core/matrix.hpp> takes from Eigen, without Eigen.
using Index = std::ptrdiff_t;

}  // namespace cohort
