#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/inverse_target_rule.hpp>

namespace cohort {

/// Target propagation in steps γ towards the target (Ahmad, van Gerven & Ambrogioni 2020). See InverseTargetRule.
struct IncrementalTargetPropagation {
  static Description description();
  static InverseTargetOptions options(const Parameters& parameters);
};

}  // namespace cohort
