#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/layer_credit.hpp>

namespace cohort {

/// The control of networks of layers: only the output layer learns, with its exact gradient; the hidden layers stay as
/// they were drawn (random features).
template <class Scalar>
class Frozen final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit Frozen(const Parameters&) {}

  RuleTraits traits() const override { return {.relative_cost = 0.3}; }
  void begin(const LayeredNetwork<Scalar>&, const RandomStream&) override {}
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  Matrix<Scalar> credit_;
};

}  // namespace cohort
