#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/network/network.hpp>

#include <vector>

namespace cohort {

/// (variant, n_inputs, n_outputs) -> network.
template <class Scalar>
using ArchitectureRegistry = Registry<Network<Scalar>, Index, Index>;

/// The lines of the table: every architecture there is.
template <class Scalar>
std::vector<typename ArchitectureRegistry<Scalar>::Entry> architecture_entries();

/// Every architecture by name, for training (float) and for tests and dynamics (double).
template <class Scalar>
const ArchitectureRegistry<Scalar>& architectures();

}  // namespace cohort
