#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>

namespace cohort {

/// The control every comparison of rules needs: only the readout learns, with its exact gradient; everything within the
/// network stays as it was drawn (an echo state network trained by gradient descent).
template <class Scalar>
class FrozenRecurrent final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit FrozenRecurrent(const Parameters& parameters);

  RuleTraits traits() const override {
    return {.relative_cost = 0.1, .steps_per_update = every_, .is_passive = every_ == 0};
  }
  void begin(const RecurrentNetwork<Scalar>&, const RandomStream&) override {}
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  Index every_;
};

}  // namespace cohort
