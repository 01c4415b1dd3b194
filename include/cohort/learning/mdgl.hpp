#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_rule.hpp>

namespace cohort {

/// Multi-digraph learning (Liu et al. 2021): e-prop plus the credit of the units that a unit drives directly, one
/// connection away. Here with the true weight of each connection (cell-specific); `instant` takes the receivers'
/// credit of the next step only, `filtered` that of all later steps through their leak.
struct Mdgl {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
