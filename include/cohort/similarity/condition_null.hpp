#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/measure.hpp>

namespace cohort {

/// What a distance is when nobody knows which condition is which.
struct ConditionNull {
  double mean = std::numeric_limits<double>::quiet_NaN();       ///< of normalized distances to permuted conditions
  double deviation = std::numeric_limits<double>::quiet_NaN();  ///< their standard deviation (n - 1)
  double p = std::numeric_limits<double>::quiet_NaN();          ///< (1 + #{null <= observed}) / (1 + N)
  Comparability reason = Comparability::comparable;             ///< why there are no numbers
};

/// Permutes the conditions of `b` `n_permutations` times at random, whole courses in time, and measures its distance to
/// `a` again. A small p: the two agree about which condition is which, beyond what every condition has in common. A
/// measure that does not look at that, such as dsa, has p = 1. `observed` is their distance, in the measure's unit.
/// Permutation i uses `stream.substream(i)` only. `context` gives folds and the question whether to stop.
ConditionNull condition_null(const Measure& measure, const Representation& a, const Representation& b, double observed,
                             int n_permutations, const RandomStream& stream, const MeasureContext& context = {});

}  // namespace cohort
