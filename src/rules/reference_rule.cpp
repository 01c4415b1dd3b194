#include <cohort/rules/learning_rules.hpp>

#include <cohort/core/errors.hpp>

#include <string>

namespace cohort {

template <class Scalar>
std::unique_ptr<LearningRule<Scalar>> reference_rule(std::string_view family) {
  for (const Description& rule : learning_rules<Scalar>().catalogue().descriptions())
    if (rule.is_reference && rule.family == family) return learning_rules<Scalar>().make_of(family, rule.name);
  throw InternalError("no rule of the table is the reference of " + std::string(family) + " networks");
}

template std::unique_ptr<LearningRule<float>> reference_rule<float>(std::string_view);
template std::unique_ptr<LearningRule<double>> reference_rule<double>(std::string_view);

}  // namespace cohort
