#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// The derivatives of one step of a cell, unit by unit. With s the state variables of a unit, u its drives and h its
/// rate, the step is s_t = F(s_{t-1}, u_t), h_t = R(s_t), u_t = Wd h_{t-1} + ... (see Cell::drive_weights), so the
/// whole state Jacobian is decay + drive · Wd · slope(t-1). Every field holds blocks of n_trials padded columns.
template <class Scalar>
struct Linearization {
  PaddedMatrix<Scalar> decay;         ///< ∂s_t[to]/∂s_{t-1}[from], block to * n_variables + from
  PaddedMatrix<Scalar> drive;         ///< ∂s_t[variable]/∂u_t[drive], block variable * n_drives + drive
  PaddedMatrix<Scalar> slope;         ///< ∂h_t/∂s_t[variable], block variable
  PaddedMatrix<Scalar> slope_before;  ///< ∂h_{t-1}/∂s_{t-1}[variable], block variable
};

}  // namespace cohort
