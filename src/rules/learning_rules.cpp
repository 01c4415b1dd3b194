#include <cohort/rules/learning_rules.hpp>

namespace cohort {

// Apart from the entries: a program with rules of its own defines this function and adds its lines to them.
template <class Scalar>
const RuleRegistry<Scalar>& learning_rules() {
  static const RuleRegistry<Scalar> table("rule", rule_entries<Scalar>());
  return table;
}

template const RuleRegistry<float>& learning_rules<float>();
template const RuleRegistry<double>& learning_rules<double>();

}  // namespace cohort
