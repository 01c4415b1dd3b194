#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_angles.hpp>

namespace cohort {

/// Feedback alignment of a feedforward network (Lillicrap et al. 2016): credit comes down through fixed random matrices
/// B_l of W_l's shape, every forward matrix (those of skips too) has its own; an identity skip passes it unchanged.
template <class Scalar>
class LayeredFeedbackAlignment final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit LayeredFeedbackAlignment(const Parameters&) {}

  RuleTraits traits() const override { return {.relative_cost = 2}; }
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override {
    feedback_ = random_feedback(network, stream);
  }
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override {
    credit_.flow(context, feedback_);
    angles_.look(context, credit_, &feedback_);
    credit_.add_gradient(context.network, gradient);
  }
  void visit_state(StateVisitor& visitor) override { visit_feedback(feedback_, visitor); }
  std::vector<RuleCurve> curves() const override { return angles_.curves(); }
  std::vector<double> curve_values() const override { return angles_.values(); }

 private:
  typename LayerCredit<Scalar>::Feedback feedback_;
  LayerCredit<Scalar> credit_;
  CreditAngles<Scalar> angles_{"feedback_alignment", true};
};

}  // namespace cohort
