#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// Truncated backpropagation through time (Williams & Peng 1990), cut as Liu, Yang & Cueva 2025 cut it: before every
/// step t (from 0) with (T - t) mod window = 0 the credit through other units stops, while each unit's own leak goes
/// on.
struct Tbptt {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
