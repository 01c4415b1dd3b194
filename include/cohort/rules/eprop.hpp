#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// e-prop (Bellec et al. 2020): credit reaches a unit only through its own leak, never through other units, which makes
/// the update computable forward in time from local eligibility traces. For `ctrnn` equal to detaching h in the
/// recurrent sum.
struct Eprop {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
