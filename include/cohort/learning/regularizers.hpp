#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/learning/regularizer.hpp>

namespace cohort {

/// Every regularizer by name.
template <class Scalar>
const Registry<Regularizer<Scalar>>& regularizers();

}  // namespace cohort
