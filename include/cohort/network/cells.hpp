#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/network/cell.hpp>

namespace cohort {

/// Every cell by name, for training (float) and for tests and dynamics (double).
template <class Scalar>
const Registry<Cell<Scalar>>& cells();

}  // namespace cohort
