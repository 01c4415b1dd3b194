#pragma once

#include <cohort/learning/state_visitor.hpp>

namespace cohort {

/// Turns gradients into parameter changes. Keeps its own moments; one object serves one run.
template <class Scalar>
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// parameters <- parameters after one update, both [n_parameters].
  virtual void update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) = 0;

  /// Names the moments and counts that later updates depend on.
  virtual void visit_state(StateVisitor& visitor) = 0;
};

}  // namespace cohort
