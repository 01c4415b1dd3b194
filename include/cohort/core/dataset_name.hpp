#pragma once

#include <string>

namespace cohort {

/// A variant as (part of) the name of a dataset: `procrustes/distance=chordal` as `procrustes_distance_chordal`.
std::string dataset_name(std::string variant);

}  // namespace cohort
