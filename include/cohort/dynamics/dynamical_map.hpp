#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// An autonomous map x -> F(x): one time step of a network at a constant input, in double precision.
///
/// States are columns. Called many times with as many columns as there are searches under way, so that an
/// implementation can make one matrix product of them. No two arguments of a call may overlap.
class DynamicalMap {
 public:
  using States = Eigen::Ref<MatrixXd>;
  using ConstStates = Eigen::Ref<const MatrixXd>;
  using ConstState = Eigen::Ref<const VectorXd>;

  virtual ~DynamicalMap() = default;

  /// Number of state variables.
  virtual Index dimension() const = 0;

  /// out[:, c] = F(x[:, c]); both [dimension x n_states].
  virtual void step(const ConstStates& x, States out) const = 0;

  /// out[i, j] = ∂F_i/∂x_j at x; `out` is [dimension x dimension].
  virtual void jacobian(const ConstState& x, States out) const = 0;

  /// out[:, c] = J(x[:, c]) v[:, c], all [dimension x n]; a single state x may serve every vector. The default builds
  /// every Jacobian; a network overrides it with one matrix product.
  virtual void push(const ConstStates& x, const ConstStates& v, States out) const;

  /// out[:, c] = J(x[:, c])ᵀ v[:, c], likewise.
  virtual void pull_back(const ConstStates& x, const ConstStates& v, States out) const;
};

}  // namespace cohort
