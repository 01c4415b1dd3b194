#pragma once

#include <cohort/similarity/representation.hpp>

namespace cohort {

/// The recording with every condition replaced by the mean over conditions: each unit keeps its time course and loses
/// its tuning. A model closer to the recording than this baseline knows something about the conditions.
///
/// Same shape as `recording`. Throws UserError when the conditions are unknown or when their mean does not vary.
Representation cross_condition_mean(const Representation& recording);

}  // namespace cohort
