#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// Backpropagation through time (Werbos 1990): the exact gradient; nothing of the Jacobian is switched off.
struct Bptt {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
