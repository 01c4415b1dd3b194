#pragma once

#include <cohort/network/cell.hpp>

namespace cohort {

/// The weights that remain when only the types of cells are known: every entry of W [n_units x n_units] replaced by the
/// average of the non-zero entries between the same pair of types, 0 where there are none (Liu et al. 2021,
/// doi:10.1073/pnas.2111821118). Types are `n_types` equal groups of neighbouring excitatory units, and as many
/// inhibitory ones: of a cell with Dale's law.
template <class Scalar>
Matrix<Scalar> cell_type_averages(const Matrix<Scalar>& weights, const CellTraits& traits, Index n_types);

}  // namespace cohort
