#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/regularizer.hpp>

namespace cohort {

/// Weight decay through the gradient: ½ λ Σ w² over recurrent, input and readout weights. Biases and initial states are
/// left alone.
template <class Scalar>
class L2 final : public Regularizer<Scalar> {
 public:
  static Description description();
  explicit L2(double weight) : weight_(weight) {}
  explicit L2(const Parameters& parameters) : L2(parameters.number("weight")) {}

  void add_gradient(const ParameterSet<Scalar>& parameters, ParameterSet<Scalar>& gradient, double& value) override;

 private:
  double weight_;
};

}  // namespace cohort
