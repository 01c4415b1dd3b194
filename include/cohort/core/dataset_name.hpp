#pragma once

#include <string>

namespace cohort {

/// A variant or a user's own name as (part of) the name of a dataset: `procrustes/distance=chordal` as
/// `procrustes_distance_chordal`. A text with other characters (blanks, quotes) ends in the start of its hash,
/// so that it meets no other's name.
std::string dataset_name(std::string variant);

}  // namespace cohort
