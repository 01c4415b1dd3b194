#pragma once

#include <cohort/learning/alignment_probe.hpp>
#include <cohort/rules/learning_rules.hpp>

namespace cohort::test {

/// What compares the gradients of these rules with those of their family's exact one.
template <class Scalar>
AlignmentProbe<Scalar> probe_of(const std::vector<std::string>& rules, const std::string& family = "recurrent") {
  std::vector<typename AlignmentProbe<Scalar>::Watcher> watchers;
  for (const std::string& rule : rules) watchers.push_back({rule, learning_rules<Scalar>().make_of(family, rule)});
  return {reference_rule<Scalar>(family), std::move(watchers)};
}

}  // namespace cohort::test
