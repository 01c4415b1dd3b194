#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/learning/learning_rule.hpp>

#include <string_view>
#include <vector>

namespace cohort {

template <class Scalar>
using RuleRegistry = Registry<LearningRule<Scalar>>;

/// The lines of the table: every rule there is.
template <class Scalar>
std::vector<typename RuleRegistry<Scalar>::Entry> rule_entries();

/// Every learning rule by name and family.
template <class Scalar>
const RuleRegistry<Scalar>& learning_rules();

/// The rule whose gradient the others of its family are compared with: bptt for recurrent networks.
template <class Scalar>
std::unique_ptr<LearningRule<Scalar>> reference_rule(std::string_view family);

}  // namespace cohort
