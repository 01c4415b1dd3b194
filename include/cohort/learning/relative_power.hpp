#pragma once

#include <limits>

namespace cohort {

/// a/b of two sums of squares; NaN, no value, where b is 0: a part of nothing.
inline double relative_power(double a, double b) { return b > 0 ? a / b : std::numeric_limits<double>::quiet_NaN(); }

}  // namespace cohort
