#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>
#include <cohort/learning/weight_disturbance.hpp>

namespace cohort {

/// Weight perturbation, all parameters at once (Cauwenberghs 1993, Advances in Neural Information Processing Systems 5;
/// Spall 1992): the trials run again with ±σ, a coin each, added to every parameter, see WeightDisturbance. Parameters
/// that constraints rob of their effect are left alone. Unit noise is the same in all passes.
template <class Scalar>
class WeightPerturbation final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit WeightPerturbation(const Parameters& parameters) : disturbance_(parameters) {}

  RuleTraits traits() const override { return {.relative_cost = disturbance_.passes(), .is_passive = false}; }
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  WeightDisturbance<Scalar> disturbance_;
  RandomStream stream_{"rule", "", 0};
  Vector<Scalar> effective_;  ///< 1 for parameters that have an effect, else 0
};

}  // namespace cohort
