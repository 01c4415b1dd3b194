#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/regularizer.hpp>

namespace cohort {

/// Activity regularizer (Liu, Yang & Cueva 2025): c · mean(h²) over units, steps and trials is added to the loss; after
/// each update c becomes 2c/3 while c · mean(h²) is at least half the loss.
template <class Scalar>
class ActivityPenalty final : public Regularizer<Scalar> {
 public:
  static Description description();
  explicit ActivityPenalty(double weight) : weight_(weight) {}
  explicit ActivityPenalty(const Parameters& parameters) : ActivityPenalty(parameters.number("weight")) {}

  RegularizerCurve curve() const override { return RegularizerCurve::activity_penalty; }
  void begin_update() override { value_ = 0; }
  void add_credit(const RegularizedPass<Scalar>& pass, DirectCredit<Scalar>& direct, double& value) override;
  void end_update(double loss) override;
  void visit_state(StateVisitor& visitor) override { visitor.visit("weight", weight_); }

 private:
  double weight_;
  double value_ = 0;  ///< of the update under way
};

}  // namespace cohort
