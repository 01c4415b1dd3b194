#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// Multi-digraph learning (Liu et al. 2021): e-prop plus the credit of the units that a unit drives directly, one
/// connection away. Credit comes back with the true weight of each connection (`weights=cell`), or with the average
/// over all connections between the same two cell types, which is what the paper proposes (`weights=type`; excitatory
/// and inhibitory units there). `instant` takes the receivers' credit of the next step only, `filtered` that of all
/// later steps through their leak.
struct Mdgl {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
