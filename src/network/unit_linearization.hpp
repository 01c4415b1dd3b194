#pragma once

#include <cohort/network/linearization.hpp>
#include <cohort/network/recurrent_cell.hpp>

namespace cohort {

/// Fills `probes` with dE/dh = 1, with no credit, and for each variable with credit 1 of that variable alone.
template <class Unit>
void fill_probes(Index n_units, Index n_trials, PaddedMatrix<typename Unit::Scalar>& probes) {
  const Index n_state = Unit::n_variables * n_trials, n_columns = n_trials + (1 + Unit::n_variables) * n_state;
  if (probes.cols() == n_columns) return;
  probes.resize(n_units, n_columns);
  probes.array(0, n_columns).setZero();
  probes.matrix().leftCols(n_trials).setOnes();
  for (Index variable = 0; variable < Unit::n_variables; ++variable)
    probes.matrix().middleCols(n_trials + (1 + variable) * n_state + variable * n_trials, n_trials).setOnes();
}

/// The derivatives of step `step` (0-based) of a trajectory, from a unit's equations for credit: when unit credit goes
/// in, what comes out is a row of the Jacobian. `probes` is work space.
template <class Unit>
void linearize_unit(const Unit& unit, const Trajectory<typename Unit::Scalar>& trajectory, Index step,
                    PaddedMatrix<typename Unit::Scalar>& probes, Linearization<typename Unit::Scalar>& result) {
  using Scalar = typename Unit::Scalar;
  const Index n_units = trajectory.rates.rows(), n_trials = trajectory.n_trials;
  const Index n_state = Unit::n_variables * n_trials, n_drive = Unit::n_drives * n_trials;
  result.decay.resize(n_units, Unit::n_variables * n_state);
  result.drive.resize(n_units, Unit::n_variables * n_drive);
  result.slope.resize(n_units, n_state);
  result.slope_before.resize(n_units, n_state);
  fill_probes<Unit>(n_units, n_trials, probes);
  const auto blocks = [&](PaddedMatrix<Scalar>& matrix, Index first) {
    return Blocks<Scalar>(matrix.column(first), n_trials * matrix.stride());
  };
  const Moment<Scalar> before(trajectory, Unit::n_saved, step), after(trajectory, Unit::n_saved, step + 1);
  const Blocks<const Scalar> rate = blocks(probes, 0), nothing = blocks(probes, n_trials);
  unit.pull(after, rate, nothing, blocks(result.slope, 0));
  unit.pull(before, rate, nothing, blocks(result.slope_before, 0));
  for (Index variable = 0; variable < Unit::n_variables; ++variable) {
    const Blocks<const Scalar> credit = blocks(probes, n_trials + (1 + variable) * n_state);
    unit.pull(before, nothing, credit, blocks(result.decay, variable * n_state));
    const Blocks<Scalar> drive = blocks(result.drive, variable * n_drive);
    if constexpr (Unit::drive_is_state) {
      drive[0].setOnes();
    } else {
      unit.to_drive(after, credit, drive);
    }
  }
}

}  // namespace cohort
