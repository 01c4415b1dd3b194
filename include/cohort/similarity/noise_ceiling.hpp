#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/similarity/measure.hpp>

namespace cohort {

/// How alike two halves of one recording are: no model can be expected to come closer.
struct NoiseCeiling {
  double mean = 0;                ///< over the resamples, in the measure's unit
  double standard_deviation = 0;  ///< over the resamples (n - 1)
  int n_resamples = 0;
};

/// Distance between two random halves of the recording's units, drawn `n_resamples` times (at least 2).
///
/// With an odd number of units one is left out at random. Resample i uses `stream.substream(i)` only, for the halves
/// and for a measure that draws. Asks `stop` before each. Throws UserError when there are fewer than 2 units, when a
/// half does not vary, or when the measure needs folds and the recording has fewer than 2 known conditions.
NoiseCeiling split_half_ceiling(const Measure& measure, const Representation& recording, int n_resamples,
                                const RandomStream& stream, const StopCheck& stop = {});

}  // namespace cohort
