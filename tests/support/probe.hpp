#pragma once

#include <cohort/learning/alignment_probe.hpp>
#include <cohort/rules/learning_rules.hpp>

namespace cohort::test {

/// What compares the gradients of these rules with those of bptt.
template <class Scalar>
AlignmentProbe<Scalar> probe_of(const std::vector<std::string>& rules) {
  std::vector<typename AlignmentProbe<Scalar>::Watcher> watchers;
  for (const std::string& rule : rules) watchers.push_back({rule, learning_rules<Scalar>().make(rule)});
  return {learning_rules<Scalar>().make("bptt"), std::move(watchers)};
}

}  // namespace cohort::test
