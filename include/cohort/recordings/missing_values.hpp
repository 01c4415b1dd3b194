#pragma once

#include <cohort/recordings/recording.hpp>

#include <string>

namespace cohort {

/// What is left out of a recording that holds NaN.
enum class Missing { refuse, units, conditions };

/// "units" or "conditions" as a study has it; empty: refuse. Throws UserError for any other word.
Missing missing_of(const std::string& word);

/// Where a recording holds NaN: "in 1 of 7 units and 1 of 8 conditions"; empty where it holds none.
std::string missing_text(const Recording& recording);

/// The recording without the units, or without the conditions, that hold a NaN at any time; trials too. What is left
/// out is said in its remarks, and conditions in Recording::kept_conditions. The recording itself where it holds none.
/// Throws UserError where it does and `missing` is refuse, where nothing is left, and when its conditions are unknown.
Recording without_missing(Recording recording, Missing missing);

}  // namespace cohort
