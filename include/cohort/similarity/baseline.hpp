#pragma once

#include <cohort/similarity/representation.hpp>

namespace cohort {

/// Whether a recording has a cross-condition mean that varies: conditions that are known and several, and not centred
/// (data whose mean over conditions was subtracted leave nothing but rounding, see Representation::smallest_part).
Comparability mean_comparability(const Representation& recording);

/// The recording with every condition replaced by the mean over conditions: each unit keeps its time course and loses
/// its tuning. A model closer to the recording than this baseline knows something about the conditions.
///
/// Same shape as `recording`. Throws UserError unless mean_comparability is comparable; one condition is its own mean.
Representation cross_condition_mean(const Representation& recording);

}  // namespace cohort
