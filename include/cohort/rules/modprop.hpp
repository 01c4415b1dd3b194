#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_axes.hpp>

namespace cohort {

/// ModProp (Liu et al. 2022): credit flows through any number of connections, but with a constant μ for every unit's
/// slope and with averages over cell types for weights, so that it could be carried by diffusing neuromodulators. μ = 0
/// switches that way off and leaves e-prop.
struct ModProp {
  static Description description();
  static CreditAxes axes(const Parameters& parameters);
};

}  // namespace cohort
