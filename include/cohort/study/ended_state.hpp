#pragma once

#include <cohort/study/design.hpp>

#include <cstddef>

namespace cohort {

/// Bytes of the state that a study which keeps states has of this run when it has ended, if every level was reached
/// before its end: its network and optimizer are made for that, nothing is trained.
std::size_t ended_state_bytes(const Study& study, const Run& run);

/// Of all runs of the design together.
double ended_states_bytes(const Study& study, const Design& design);

}  // namespace cohort
