#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/inverse_target_rule.hpp>

namespace cohort {

/// Target propagation through exact inverses (Bengio 2014; Ahmad, van Gerven & Ambrogioni 2020). See InverseTargetRule.
struct TargetPropagation {
  static Description description();
  static InverseTargetOptions options(const Parameters& parameters);
};

}  // namespace cohort
