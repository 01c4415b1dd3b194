#pragma once

#include <cohort/store/schema.hpp>
#include <cohort/study/study.hpp>

namespace cohort {

/// /architectures: per architecture of the study its variant with all defaults, and the tables that say where in
/// /snapshots/parameters and /snapshots/constants each named matrix lies.
Schema architectures_schema(const Study& study);

}  // namespace cohort
