#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/layer_credit.hpp>

namespace cohort {

/// Backpropagation through layers (Rumelhart, Hinton & Williams 1986): the gradient itself.
template <class Scalar>
class Backprop final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit Backprop(const Parameters&) {}

  RuleTraits traits() const override { return {.relative_cost = 2, .is_exact = true}; }
  void begin(const LayeredNetwork<Scalar>&, const RandomStream&) override {}
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override {
    credit_.flow(context);
    credit_.add_gradient(context.network, gradient);
  }
  void visit_state(StateVisitor&) override {}

 private:
  LayerCredit<Scalar> credit_;
};

}  // namespace cohort
