#include <cohort/rules/learning_rules.hpp>

#include <cohort/rules/bptt.hpp>
#include <cohort/rules/credit.hpp>
#include <cohort/learning/credit_rule.hpp>
#include <cohort/rules/dni.hpp>
#include <cohort/rules/eprop.hpp>
#include <cohort/rules/evolution_strategies.hpp>
#include <cohort/rules/feedback_alignment.hpp>
#include <cohort/rules/force.hpp>
#include <cohort/rules/forward_gradient.hpp>
#include <cohort/rules/frozen_recurrent.hpp>
#include <cohort/rules/full_force.hpp>
#include <cohort/rules/kernl.hpp>
#include <cohort/rules/kf_rtrl.hpp>
#include <cohort/rules/mdgl.hpp>
#include <cohort/rules/modprop.hpp>
#include <cohort/rules/neuromodulator_diffusion.hpp>
#include <cohort/rules/node_perturbation.hpp>
#include <cohort/rules/reward_hebbian.hpp>
#include <cohort/rules/rflo.hpp>
#include <cohort/rules/rtrl.hpp>
#include <cohort/rules/snap.hpp>
#include <cohort/rules/snap1.hpp>
#include <cohort/rules/tbptt.hpp>
#include <cohort/rules/three_factor.hpp>
#include <cohort/rules/uoro.hpp>
#include <cohort/rules/weight_perturbation.hpp>

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
      credit_preset<Scalar, Credit>(),
      registry_entry<Dni<Scalar>, LearningRule<Scalar>>(),
      credit_preset<Scalar, Eprop>(),
      registry_entry<EvolutionStrategies<Scalar>, LearningRule<Scalar>>(),
      credit_preset<Scalar, FeedbackAlignment>(),
      registry_entry<Force<Scalar>, LearningRule<Scalar>>(),
      registry_entry<ForwardGradient<Scalar>, LearningRule<Scalar>>(),
      registry_entry<FrozenRecurrent<Scalar>, LearningRule<Scalar>>(),
      registry_entry<FullForce<Scalar>, LearningRule<Scalar>>(),
      registry_entry<Kernl<Scalar>, LearningRule<Scalar>>(),
      registry_entry<KfRtrl<Scalar>, LearningRule<Scalar>>(),
      credit_preset<Scalar, Mdgl>(),
      credit_preset<Scalar, ModProp>(),
      registry_entry<NeuromodulatorDiffusion<Scalar>, LearningRule<Scalar>>(),
      registry_entry<NodePerturbation<Scalar>, LearningRule<Scalar>>(),
      registry_entry<RewardHebbian<Scalar>, LearningRule<Scalar>>(),
      credit_preset<Scalar, Rflo>(),
      registry_entry<Rtrl<Scalar>, LearningRule<Scalar>>(),
      registry_entry<Snap<Scalar>, LearningRule<Scalar>>(),
      credit_preset<Scalar, Snap1>(),
      credit_preset<Scalar, Tbptt>(),
      registry_entry<ThreeFactor<Scalar>, LearningRule<Scalar>>(),
      registry_entry<Uoro<Scalar>, LearningRule<Scalar>>(),
      registry_entry<WeightPerturbation<Scalar>, LearningRule<Scalar>>(),
  });
  return table;
}

template const Registry<LearningRule<float>>& learning_rules<float>();
template const Registry<LearningRule<double>>& learning_rules<double>();

}  // namespace cohort
