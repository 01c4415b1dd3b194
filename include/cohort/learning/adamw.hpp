#pragma once

#include <cohort/learning/adam.hpp>

namespace cohort {

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), as torch.optim.AdamW: before Adam's update
/// every parameter, biases and initial states too, shrinks by the share rate · weight_decay, the rate as scheduled.
template <class Scalar>
class AdamW final : public Optimizer<Scalar> {
 public:
  static Description description();
  explicit AdamW(const Parameters& parameters);

  void update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override { adam_.visit_state(visitor); }

 private:
  Adam<Scalar> adam_;
  double weight_decay_;
};

}  // namespace cohort
