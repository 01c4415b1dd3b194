#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// SnAp-1 (Menick et al. 2021): real-time recurrent learning that keeps only the influence of a parameter on its own
/// unit. For `ctrnn` that is e-prop plus each unit's connection to itself.
struct Snap1 {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
