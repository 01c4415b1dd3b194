#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/optimizer.hpp>

namespace cohort {

/// Stochastic gradient descent, with heavy-ball momentum if asked for, as torch.optim.SGD.
template <class Scalar>
class Sgd final : public Optimizer<Scalar> {
 public:
  static Description description();
  explicit Sgd(const Parameters& parameters);

  void update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) override;

 private:
  Scalar rate_, momentum_;
  Vector<Scalar> velocity_;
};

}  // namespace cohort
