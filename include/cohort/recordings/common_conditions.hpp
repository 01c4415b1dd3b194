#pragma once

#include <cohort/recordings/recording.hpp>

#include <vector>

namespace cohort {

/// Recordings of the same conditions of which some were left out, in these or in those (see without_missing): each with
/// what all of them kept, matched by name where all have labels, else by order. Trials too; remarks say what was taken
/// away. Throws UserError where some leave conditions out and others have unknown, fewer or other ones, and where
/// nothing is left.
std::vector<Recording> with_common_conditions(std::vector<Recording> recordings);

}  // namespace cohort
