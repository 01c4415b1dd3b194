#pragma once

#include <cohort/network/cell.hpp>

#include <vector>

namespace cohort {

/// The derivatives of one step of one trial, and products with its state Jacobian
///
///     J_t = ∂s_t/∂s_{t-1} = decay + Σ_g drive[g] · Wd[g] · slope(t-1)
///
/// without ever forming J: s [n_states] has n_variables blocks of n_units, and only the n_units x n_units matrices
/// Wd are full. Keeps a reference to the linearization that was selected last, and work space: one object serves one
/// thread.
template <class Scalar>
class StepJacobian {
 public:
  using Column = Eigen::Map<const Vector<Scalar>, Eigen::AlignedMax>;

  /// Takes the weights of the drives; call again when they have changed.
  void begin(const Cell<Scalar>& cell, const ParameterSet<Scalar>& parameters);

  /// Chooses a trial of a linearized step; `step` must outlive the use.
  void select(const Linearization<Scalar>& step, Index trial);

  Index n_units() const { return n_units_; }
  Index n_variables() const { return n_variables_; }
  Index n_drives() const { return n_drives_; }
  Index n_states() const { return n_variables_ * n_units_; }

  /// Columns of the Linearization, [n_units].
  Column decay(Index to, Index from) const { return column(step_->decay, to * n_variables_ + from); }
  Column drive(Index variable, Index drive) const { return column(step_->drive, variable * n_drives_ + drive); }
  Column slope(Index variable) const { return column(step_->slope, variable); }
  Column slope_before(Index variable) const { return column(step_->slope_before, variable); }

  /// Does any recurrent drive change this variable at this step?
  bool is_driven(Index variable) const;

  /// result = ∂s_t[variable]/∂h_{t-1} = Σ_g diag(drive[variable, g]) Wd[g], [n_units x n_units].
  void spread(Index variable, Matrix<Scalar>& result) const;

  /// The same for the rows and columns of `units` alone, [units x units].
  void spread(Index variable, const std::vector<Index>& units, Matrix<Scalar>& result) const;

  /// What each unit does to itself, the diagonal of ∂s_t[to]/∂s_{t-1}[from], [n_units].
  void own(Index to, Index from, Vector<Scalar>& result) const;

  /// result = J x, both [n_states].
  void push(const Vector<Scalar>& x, Vector<Scalar>& result);

  /// result = J X, both [n_states x n].
  void push(const Matrix<Scalar>& x, Matrix<Scalar>& result);

  /// result = Jᵀ c, both [n_states].
  void pull(const Vector<Scalar>& credit, Vector<Scalar>& result);

  /// What the rates' credit dE/dh_t means for the state after the step: slope ∘ rate_credit, [n_states].
  void to_state(const Vector<Scalar>& rate_credit, Vector<Scalar>& result) const;

 private:
  Column column(const PaddedMatrix<Scalar>& blocks, Index block) const {
    return {blocks.column(block * n_trials_ + trial_), n_units_};
  }

  Index n_units_ = 0, n_variables_ = 0, n_drives_ = 0;
  std::vector<Matrix<Scalar>> weights_;  ///< Wd per drive; empty for one without recurrent weights
  const Linearization<Scalar>* step_ = nullptr;
  Index n_trials_ = 0, trial_ = 0;
  Vector<Scalar> rate_, flow_;     ///< [n_units]
  Matrix<Scalar> rates_, spread_;  ///< [n_units x n], [n_units x n_units]
};

}  // namespace cohort
