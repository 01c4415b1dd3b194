#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/parameters.hpp>
#include <cohort/network/parameter_set.hpp>
#include <cohort/network/recurrent_credit.hpp>

#include <memory>

namespace cohort {

/// What one forward pass leaves for the backward pass. Column = step * n_trials + trial.
template <class Scalar>
struct Trajectory {
  Index n_trials = 0;
  Index n_steps = 0;
  PaddedMatrix<Scalar> rates;  ///< h_0 .. h_T: [n_units x (n_steps + 1) * n_trials]; block 0 is the initial state
};

/// The direct learning signal dE/dh_t, asked for one step at a time so that it never leaves the cache.
template <class Scalar>
class LearningSignal {
 public:
  virtual ~LearningSignal() = default;
  /// Writes dE/dh after step `step` (0-based) to the padded columns of `block`, [n_units x n_trials].
  virtual void write(Index step, Scalar* block, Index stride) const = 0;
};

/// A recurrent cell: how one step of all units follows from the one before. Cells own no parameters and no MPI; they
/// are given parameter blocks by name and work on whole batches, so the time loop is theirs and a virtual call
/// happens once per batch.
///
/// Implementations keep preallocated work space: one object serves one thread.
template <class Scalar>
class Cell {
 public:
  virtual ~Cell() = default;

  virtual Index n_units() const = 0;
  /// Length of the state vector of one trial (n_units times the number of state variables).
  virtual Index n_states() const = 0;

  /// Adds the cell's parameter blocks.
  virtual void add_parameters(Index n_inputs, ParameterLayout& layout) const = 0;

  /// Runs all steps. `inputs` [n_inputs + 1 x n_steps * n_trials] with a last row of ones.
  virtual void forward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs, Index n_trials,
                       Trajectory<Scalar>& trajectory) = 0;

  /// One backward pass: filters the learning signal backward in time through what `credit` keeps of the state
  /// Jacobian, and adds one matrix product per weight matrix to `gradient`.
  ///
  /// Needs the `forward` of the same parameters just before: what that packed is used again.
  virtual void backward(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& inputs,
                        const Trajectory<Scalar>& trajectory, const RecurrentCredit<Scalar>& credit,
                        const LearningSignal<Scalar>& signal, ParameterSet<Scalar>& gradient) = 0;

  /// state <- F(state, input) for every column, [n_states x n] and input [n_inputs]; the map of the dynamics room.
  virtual void step(const ParameterSet<Scalar>& parameters, const Vector<Scalar>& input,
                    const Matrix<Scalar>& states, Matrix<Scalar>& next) const = 0;

  /// dF/dstate at `state`, [n_states x n_states].
  virtual void state_jacobian(const ParameterSet<Scalar>& parameters, const Vector<Scalar>& input,
                              const Vector<Scalar>& state, Matrix<Scalar>& jacobian) const = 0;

  /// result[:, c] = (dF/dstate at states[:, c])ᵀ · vectors[:, c], all [n_states x n].
  virtual void pull_back(const ParameterSet<Scalar>& parameters, const Matrix<Scalar>& states,
                         const Matrix<Scalar>& vectors, Matrix<Scalar>& result) const = 0;

  /// Rates of states, [n_units x n].
  virtual void rates(const Matrix<Scalar>& states, Matrix<Scalar>& result) const = 0;

  /// The learned initial state, [n_states].
  virtual Vector<Scalar> initial_state(const ParameterSet<Scalar>& parameters) const = 0;
};

}  // namespace cohort
