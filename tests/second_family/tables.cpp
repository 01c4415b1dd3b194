// The tables of the program with the lines of a second family: all that it takes.
#include "toy_backprop.hpp"
#include "toy_layers.hpp"

#include <cohort/network/architectures.hpp>
#include <cohort/rules/learning_rules.hpp>

#include <algorithm>

namespace cohort {
namespace {

template <class Entry>
std::vector<Entry> with(std::vector<Entry> entries, std::vector<Entry> added) {
  entries.insert(entries.end(), added.begin(), added.end());
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.description.name, a.description.family) < std::pair(b.description.name, b.description.family);
  });
  return entries;
}

template <class Scalar>
ArchitectureRegistry<Scalar> extended_architectures() {
  return {"architecture", with(architecture_entries<Scalar>(),
                               {registry_entry<test::ToyLayers<Scalar>, Network<Scalar>, Index, Index>()})};
}

template <class Scalar>
RuleRegistry<Scalar> extended_rules() {
  auto backprop = registry_entry<test::ToyBackprop<Scalar>, LearningRule<Scalar>>(), aligned = backprop;
  aligned.description = test::ToyBackprop<Scalar>::aligned_description();
  return {"rule", with(rule_entries<Scalar>(), {backprop, aligned})};
}

}  // namespace

template <>
const ArchitectureRegistry<float>& architectures<float>() {
  static const auto table = extended_architectures<float>();
  return table;
}
template <>
const ArchitectureRegistry<double>& architectures<double>() {
  static const auto table = extended_architectures<double>();
  return table;
}
template <>
const RuleRegistry<float>& learning_rules<float>() {
  static const auto table = extended_rules<float>();
  return table;
}
template <>
const RuleRegistry<double>& learning_rules<double>() {
  static const auto table = extended_rules<double>();
  return table;
}

}  // namespace cohort
