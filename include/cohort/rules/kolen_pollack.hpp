#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_angles.hpp>

namespace cohort {

/// Kolen & Pollack 1994, as Akrout et al. 2019 use it: feedback matrices learn by the same products as the forward
/// weights, and both decay, so that W - B shrinks by λ at every update whatever the data:
///
///     W ← λ W - η Σ e hᵀ, B ← λ B - η (the same product), b ← b - η Σ e.
///
/// The steps are the rule's own: the study's optimizer is not asked.
template <class Scalar>
class KolenPollack final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit KolenPollack(const Parameters& parameters)
      : rate_(static_cast<Scalar>(parameters.number("rate"))),
        decay_(static_cast<Scalar>(parameters.number("decay"))) {}

  RuleTraits traits() const override { return {.relative_cost = 2, .kind = UpdateKind::step, .is_passive = false}; }
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override {
    feedback_ = random_feedback(network, stream);
  }
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override { visit_feedback(feedback_, visitor); }
  std::vector<RuleCurve> curves() const override { return angles_.curves(); }
  std::vector<double> curve_values() const override { return angles_.values(); }

 private:
  Scalar rate_, decay_;
  typename LayerCredit<Scalar>::Feedback feedback_;
  LayerCredit<Scalar> credit_;
  CreditAngles<Scalar> angles_{"kolen_pollack", true};
};

}  // namespace cohort
