#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/layered_rule.hpp>
#include <cohort/learning/weight_disturbance.hpp>

namespace cohort {

/// Weight perturbation of networks of layers, all parameters at once (Cauwenberghs 1993; Spall 1992): the batch passes
/// again with ±σ, a coin each, added to every parameter, see WeightDisturbance. What regularizers ask of activities is
/// part of the cost.
template <class Scalar>
class LayeredWeightPerturbation final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit LayeredWeightPerturbation(const Parameters& parameters) : disturbance_(parameters) {}

  RuleTraits traits() const override { return {.relative_cost = disturbance_.passes(), .is_passive = false}; }
  void begin(const LayeredNetwork<Scalar>&, const RandomStream& stream) override { stream_ = stream; }
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  WeightDisturbance<Scalar> disturbance_;
  RandomStream stream_{"rule", "", 0};
};

}  // namespace cohort
