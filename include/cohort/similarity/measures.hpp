#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/similarity/measure.hpp>

namespace cohort {

/// Every measure of similarity, by name.
const Registry<Measure>& measures();

}  // namespace cohort
