#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// One step of a cell as a map of its states at a given input, s -> F(s, x), with its derivatives: what the analyses of
/// a trained network need, without trials, noise or readout.
///
/// A snapshot: the parameters are those at the time the map was made, packed once. States and vectors are columns,
/// [n_states x n], as Cell lays them out; no two arguments of a call may overlap. Derivatives are J = ∂F/∂s at each
/// state; where they are asked for, a single state may serve every vector. The input is zero until it is set.
///
/// Nothing is allocated after the first call with as many columns. What was computed of the states of the call before
/// is used again when they come again. Keeps work space: one object serves one thread.
template <class Scalar>
class CellMap {
 public:
  using States = Eigen::Ref<Matrix<Scalar>>;
  using ConstStates = Eigen::Ref<const Matrix<Scalar>>;
  using ConstVector = Eigen::Ref<const Vector<Scalar>>;

  virtual ~CellMap() = default;

  virtual Index n_states() const = 0;
  virtual Index n_inputs() const = 0;

  /// The input of the steps from now on, [n_inputs].
  virtual void set_input(const ConstVector& input) = 0;

  /// next[:, c] = F(states[:, c]).
  virtual void step(const ConstStates& states, States next) = 0;

  /// result = J at `state` [n_states], [n_states x n_states].
  virtual void jacobian(const ConstVector& state, States result) = 0;

  /// result[:, c] = J(states[:, c]) vectors[:, c].
  virtual void push(const ConstStates& states, const ConstStates& vectors, States result) = 0;

  /// result[:, c] = J(states[:, c])ᵀ vectors[:, c].
  virtual void pull_back(const ConstStates& states, const ConstStates& vectors, States result) = 0;

  virtual Index n_units() const = 0;
  virtual Index n_drives() const = 0;

  /// What gradients by the parameters are made of: credit[:, c] = (∂F/∂u)ᵀ vectors[:, c] at the drives u,
  /// [n_drives * n_units x n], drive by drive, and the rates of the states that they multiply, [n_units x n_states].
  /// See Cell::add_drive_gradient.
  virtual void drive_credit(const ConstStates& states, const ConstStates& vectors, States credit, States rates) = 0;
};

}  // namespace cohort
