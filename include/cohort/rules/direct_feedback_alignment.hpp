#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/credit_angles.hpp>

#include <vector>

namespace cohort {

/// Direct feedback alignment (Nøkland 2016): every hidden layer is sent the output's error through a fixed random
/// matrix of its own, with or without skips.
template <class Scalar>
class DirectFeedbackAlignment final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit DirectFeedbackAlignment(const Parameters&) {}

  RuleTraits traits() const override { return {.relative_cost = 1.5}; }
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override {
    credit_.send(context, feedback_);
    angles_.look(context, credit_);
    credit_.add_gradient(context.network, gradient);
  }
  void visit_state(StateVisitor& visitor) override;
  std::vector<RuleCurve> curves() const override { return angles_.curves(); }
  std::vector<double> curve_values() const override { return angles_.values(); }

 private:
  std::vector<Matrix<Scalar>> feedback_;  ///< per hidden layer, [n_outputs x n_units]
  LayerCredit<Scalar> credit_;
  CreditAngles<Scalar> angles_{"direct_feedback_alignment", false};
};

}  // namespace cohort
