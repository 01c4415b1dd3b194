#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// Whether something can be compared, and if not, why. Codes of results files: never renumber them.
enum class Comparability : std::uint8_t {
  unknown = 0,  ///< not looked at yet, or its run is not finished
  comparable = 1,
  level_not_reached = 2,  ///< there is no representation
  not_finite = 3,         ///< some value is NaN or infinite
  constant = 4,           ///< no unit varies by more than the rounding of its values
  too_small = 5,          ///< fewer than two samples, or no unit
  single_unit = 6,        ///< one unit has no halves
  constant_half = 7,      ///< a random half of the units does not vary beside the whole
  conditions_unknown = 8,
  single_condition = 9,
  constant_mean = 10,    ///< the mean over conditions does not vary beside the conditions
  too_few_samples = 11,  ///< for this measure
  full_rank = 12,        ///< as many independent units as samples: some combination of them fits anything
  debiased_norm = 13,    ///< not positive: what varies is no more than its bias
  equal_samples = 14,    ///< most samples, or all distances between them, are alike
  flat_pattern = 15,     ///< at some sample all units are alike: no correlation with that pattern
  too_few_conditions = 16,
  no_value = 17,             ///< for another reason that the measure has
  no_trials = 18,            ///< the recording is a mean over trials, or of one
  single_trial = 19,         ///< some condition has a single trial, which has no halves
  constant_trial_half = 20,  ///< a random half of the trials does not vary beside the whole
  no_ceiling = 21,
  no_baseline = 22,
  not_ordered = 23,         ///< the ceiling is not closer than the baseline
  no_alignment = 24,        ///< the measure fits none that could be scored on other conditions
  repeated_conditions = 25  ///< a condition drawn twice would be both fitted on and scored
};

/// Names by code, as flag_meanings of results files have them: "comparable", "single_unit".
const std::vector<std::string>& comparability_names();

/// The reason in words, as tables and messages have it: "it has a single unit, which has no halves".
const std::string& reason_of(Comparability comparability);

}  // namespace cohort
