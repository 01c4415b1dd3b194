#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// Why there are no effects, or none of a kind. Codes of results files; never renumber them.
enum class EffectReason : std::uint8_t {
  unknown = 0,          ///< nobody has looked yet
  computed = 1,         ///< there are
  nothing_missing = 2,  ///< across holes: there are none, see the complete sub-design
  no_complete_subdesign = 3,
  not_at_this_level = 4,  ///< the number says nothing there
  no_values = 5,          ///< no run has the number
  does_not_vary = 6,
  undefined_distances = 7,  ///< of some pairs of runs that can be compared
  fewer_than_3_seeds = 8,   ///< of intervals
  incomplete_seeds = 9,     ///< of intervals: without one of the seeds there is no estimate
  undefined = 10            ///< too few runs for that
};

/// Names of the codes, in their order.
const std::vector<std::string>& effect_reason_names();

/// "fewer than 3 seeds"
std::string reason_of(EffectReason reason);

}  // namespace cohort
