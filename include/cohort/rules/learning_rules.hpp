#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/learning/learning_rule.hpp>

namespace cohort {

/// Every learning rule by name.
template <class Scalar>
const Registry<LearningRule<Scalar>>& learning_rules();

}  // namespace cohort
