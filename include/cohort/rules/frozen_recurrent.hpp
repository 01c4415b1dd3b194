#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/learning_rule.hpp>

namespace cohort {

/// The control every comparison of rules needs: only the readout learns, with its exact gradient; everything within the
/// network stays as it was drawn (an echo state network trained by gradient descent).
template <class Scalar>
class FrozenRecurrent final : public LearningRule<Scalar> {
 public:
  static Description description();
  explicit FrozenRecurrent(const Parameters& parameters);

  double relative_cost() const override { return 0.1; }
  Index steps_per_update() const override { return every_; }
  bool is_passive() const override { return every_ == 0; }
  void begin(const Network<Scalar>&, const RandomStream&) override {}
  void add_gradient(const UpdateContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;

 private:
  Index every_;
};

}  // namespace cohort
