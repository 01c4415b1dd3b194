#include <cohort/rules/learning_rules.hpp>

#include <cohort/rules/backprop.hpp>
#include <cohort/rules/bptt.hpp>
#include <cohort/rules/credit.hpp>
#include <cohort/learning/credit_rule.hpp>
#include <cohort/learning/inverse_target_rule.hpp>
#include <cohort/rules/difference_target_propagation.hpp>
#include <cohort/rules/direct_feedback_alignment.hpp>
#include <cohort/rules/dni.hpp>
#include <cohort/rules/eprop.hpp>
#include <cohort/rules/evolution_strategies.hpp>
#include <cohort/rules/feedback_alignment.hpp>
#include <cohort/rules/force.hpp>
#include <cohort/rules/forward_gradient.hpp>
#include <cohort/rules/frozen.hpp>
#include <cohort/rules/frozen_recurrent.hpp>
#include <cohort/rules/full_force.hpp>
#include <cohort/rules/gait_prop.hpp>
#include <cohort/rules/incremental_target_propagation.hpp>
#include <cohort/rules/infomax.hpp>
#include <cohort/rules/kernl.hpp>
#include <cohort/rules/kf_rtrl.hpp>
#include <cohort/rules/kolen_pollack.hpp>
#include <cohort/rules/layered_feedback_alignment.hpp>
#include <cohort/rules/layered_node_perturbation.hpp>
#include <cohort/rules/layered_weight_perturbation.hpp>
#include <cohort/rules/mdgl.hpp>
#include <cohort/rules/meta_gradient.hpp>
#include <cohort/rules/modprop.hpp>
#include <cohort/rules/neuromodulator_diffusion.hpp>
#include <cohort/rules/node_perturbation.hpp>
#include <cohort/rules/plasticity.hpp>
#include <cohort/rules/reward_hebbian.hpp>
#include <cohort/rules/rflo.hpp>
#include <cohort/rules/rtrl.hpp>
#include <cohort/rules/sign_symmetry.hpp>
#include <cohort/rules/snap.hpp>
#include <cohort/rules/snap1.hpp>
#include <cohort/rules/target_propagation.hpp>
#include <cohort/rules/tbptt.hpp>
#include <cohort/rules/three_factor.hpp>
#include <cohort/rules/uoro.hpp>
#include <cohort/rules/weight_mirror.hpp>
#include <cohort/rules/weight_perturbation.hpp>

namespace cohort {
namespace {

template <class Scalar>
typename RuleRegistry<Scalar>::Entry temporal(Description description, typename RuleRegistry<Scalar>::Make make) {
  description.family = family_name(NetworkFamily::recurrent);
  return {std::move(description), make};
}

/// The table line of a rule of the credit family.
template <class Scalar, class Preset>
typename RuleRegistry<Scalar>::Entry credit_preset() {
  return temporal<Scalar>(Preset::description(), [](const Parameters& parameters) {
    return std::unique_ptr<LearningRule<Scalar>>(std::make_unique<CreditRule<Scalar>>(Preset::axes(parameters)));
  });
}

/// The table line of a rule that is a class.
template <class Rule, class Scalar>
typename RuleRegistry<Scalar>::Entry temporal_rule() {
  const auto entry = registry_entry<Rule, LearningRule<Scalar>>();
  return temporal<Scalar>(entry.description, entry.make);
}

/// The table line of a rule that credits through depth.
template <class Rule, class Scalar>
typename RuleRegistry<Scalar>::Entry layered_rule() {
  auto entry = registry_entry<Rule, LearningRule<Scalar>>();
  entry.description.family = family_name(NetworkFamily::feedforward);
  return entry;
}

/// The table line of a rule that credits through the learning of a network within.
template <class Rule, class Scalar>
typename RuleRegistry<Scalar>::Entry adaptive_rule() {
  auto entry = registry_entry<Rule, LearningRule<Scalar>>();
  entry.description.family = family_name(NetworkFamily::adaptive);
  return entry;
}

/// The table line of a rule whose targets come down through exact inverses.
template <class Preset, class Scalar>
typename RuleRegistry<Scalar>::Entry inverse_targets() {
  Description description = Preset::description();
  description.family = family_name(NetworkFamily::feedforward);
  return {std::move(description), [](const Parameters& parameters) {
            return std::unique_ptr<LearningRule<Scalar>>(
                std::make_unique<InverseTargetRule<Scalar>>(Preset::options(parameters)));
          }};
}

}  // namespace

template <class Scalar>
std::vector<typename RuleRegistry<Scalar>::Entry> rule_entries() {
  return {
      layered_rule<Backprop<Scalar>, Scalar>(),
      credit_preset<Scalar, Bptt>(),
      credit_preset<Scalar, Credit>(),
      layered_rule<DifferenceTargetPropagation<Scalar>, Scalar>(),
      layered_rule<DirectFeedbackAlignment<Scalar>, Scalar>(),
      temporal_rule<Dni<Scalar>, Scalar>(),
      credit_preset<Scalar, Eprop>(),
      temporal_rule<EvolutionStrategies<Scalar>, Scalar>(),
      credit_preset<Scalar, FeedbackAlignment>(),
      layered_rule<LayeredFeedbackAlignment<Scalar>, Scalar>(),
      temporal_rule<Force<Scalar>, Scalar>(),
      temporal_rule<ForwardGradient<Scalar>, Scalar>(),
      layered_rule<Frozen<Scalar>, Scalar>(),
      temporal_rule<FrozenRecurrent<Scalar>, Scalar>(),
      temporal_rule<FullForce<Scalar>, Scalar>(),
      inverse_targets<GaitProp, Scalar>(),
      inverse_targets<IncrementalTargetPropagation, Scalar>(),
      layered_rule<Infomax<Scalar>, Scalar>(),
      temporal_rule<Kernl<Scalar>, Scalar>(),
      temporal_rule<KfRtrl<Scalar>, Scalar>(),
      layered_rule<KolenPollack<Scalar>, Scalar>(),
      credit_preset<Scalar, Mdgl>(),
      adaptive_rule<MetaGradient<Scalar>, Scalar>(),
      credit_preset<Scalar, ModProp>(),
      temporal_rule<NeuromodulatorDiffusion<Scalar>, Scalar>(),
      temporal_rule<NodePerturbation<Scalar>, Scalar>(),
      layered_rule<LayeredNodePerturbation<Scalar>, Scalar>(),
      layered_rule<Plasticity<Scalar>, Scalar>(),
      temporal_rule<RewardHebbian<Scalar>, Scalar>(),
      credit_preset<Scalar, Rflo>(),
      temporal_rule<Rtrl<Scalar>, Scalar>(),
      layered_rule<SignSymmetry<Scalar>, Scalar>(),
      temporal_rule<Snap<Scalar>, Scalar>(),
      credit_preset<Scalar, Snap1>(),
      inverse_targets<TargetPropagation, Scalar>(),
      credit_preset<Scalar, Tbptt>(),
      temporal_rule<ThreeFactor<Scalar>, Scalar>(),
      temporal_rule<Uoro<Scalar>, Scalar>(),
      layered_rule<WeightMirror<Scalar>, Scalar>(),
      temporal_rule<WeightPerturbation<Scalar>, Scalar>(),
      layered_rule<LayeredWeightPerturbation<Scalar>, Scalar>(),
  };
}

template std::vector<RuleRegistry<float>::Entry> rule_entries<float>();
template std::vector<RuleRegistry<double>::Entry> rule_entries<double>();

}  // namespace cohort
