#include <cohort/learning/learning_rules.hpp>

#include <cohort/learning/bptt.hpp>
#include <cohort/learning/eprop.hpp>
#include <cohort/learning/mdgl.hpp>
#include <cohort/learning/snap1.hpp>
#include <cohort/learning/tbptt.hpp>

namespace cohort {
namespace {

/// The table line of a rule of the credit family. A rule off the family is a class: registry_entry<Class, ...>().
template <class Scalar, class Preset>
typename Registry<LearningRule<Scalar>>::Entry credit_preset() {
  return {Preset::description(), [](const Parameters& parameters) {
            return std::unique_ptr<LearningRule<Scalar>>(
                std::make_unique<CreditRule<Scalar>>(Preset::axes(parameters)));
          }};
}

}  // namespace

template <class Scalar>
const Registry<LearningRule<Scalar>>& learning_rules() {
  static const Registry<LearningRule<Scalar>> table("rule", {
      credit_preset<Scalar, Bptt>(),
      credit_preset<Scalar, Eprop>(),
      credit_preset<Scalar, Mdgl>(),
      credit_preset<Scalar, Snap1>(),
      credit_preset<Scalar, Tbptt>(),
  });
  return table;
}

template const Registry<LearningRule<float>>& learning_rules<float>();
template const Registry<LearningRule<double>>& learning_rules<double>();

}  // namespace cohort
