#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Turns gradients into parameter changes. Keeps its own moments; one object serves one run.
template <class Scalar>
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// parameters <- parameters after one update, both [n_parameters].
  virtual void update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) = 0;
};

}  // namespace cohort
