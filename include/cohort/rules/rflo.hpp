#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// Random feedback local online learning (Murray 2019): on rate units, credit through each unit's own leak only, and
/// errors through fixed random weights. The trace p_ij = (1-α) p_ij + α φ'(u_i) ẑ_j has the slope inside the filter
/// because a rate unit has it there; the same axes on a voltage unit are e-prop with random feedback.
struct Rflo {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
