#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/learning/optimizer.hpp>

namespace cohort {

/// Every optimizer by name.
template <class Scalar>
const Registry<Optimizer<Scalar>>& optimizers();

}  // namespace cohort
