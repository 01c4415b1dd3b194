#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/network/network_shape.hpp>

#include <vector>

namespace cohort {

/// (variant, n_inputs, n_outputs) -> network.
template <class Scalar>
using ArchitectureRegistry = Registry<Network<Scalar>, Index, Index>;

/// The lines of the table: every architecture there is.
template <class Scalar>
std::vector<typename ArchitectureRegistry<Scalar>::Entry> architecture_entries();

/// What the network of a variant would be made of, without making it where the architecture can tell: every recurrent
/// cell can. Throws UserError as the registry does.
NetworkShape architecture_shape(const Variant& variant, Index n_inputs, Index n_outputs);

/// Every architecture by name, for training (float) and for tests and dynamics (double).
template <class Scalar>
const ArchitectureRegistry<Scalar>& architectures();

}  // namespace cohort
