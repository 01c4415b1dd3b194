#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/inverse_target_rule.hpp>

namespace cohort {

/// GAIT-prop (Ahmad, van Gerven & Ambrogioni 2020): targets come down through exact inverses in steps γ f'(z)², which
/// makes them the gradient for orthogonal weights. See InverseTargetRule.
struct GaitProp {
  static Description description();
  static InverseTargetOptions options(const Parameters& parameters);
};

}  // namespace cohort
