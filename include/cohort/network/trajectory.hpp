#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// What one forward pass leaves for the backward pass. Moment t counts from 0, before the first step, to n_steps; a
/// block is n_trials padded columns, and the blocks of one moment lie one behind the other.
template <class Scalar>
struct Trajectory {
  Index n_trials = 0;
  Index n_steps = 0;
  bool carried_on = false;      ///< moment 0 is the end of the pass before, not the initial state
  PaddedMatrix<Scalar> rates;   ///< h: one block per moment
  PaddedMatrix<Scalar> saved;   ///< what else the cell's backward pass needs: n_saved blocks per moment
  PaddedMatrix<Scalar> state;   ///< state at the last moment: n_variables blocks
  PaddedMatrix<Scalar> states;  ///< state at every moment, only when asked for: n_variables blocks per moment
};

}  // namespace cohort
