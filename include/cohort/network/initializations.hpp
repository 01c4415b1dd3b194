#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// Every initialization of recurrent weights by name.
const Registry<Initialization>& initializations();

}  // namespace cohort
