#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/similarity/measure.hpp>

namespace cohort {

/// How alike two halves of one recording are: no model can be expected to come closer.
struct NoiseCeiling {
  double mean = 0;                ///< over the resamples, in the measure's unit
  double standard_deviation = 0;  ///< over the resamples (n - 1)
  /// The same of normalized distances: a scale need not be linear, so that neither follows from the two above.
  double normalized_mean = 0, normalized_standard_deviation = 0;
  int n_resamples = 0;
};

/// Whether a measure that fits over conditions has enough of them.
Comparability folds_comparability(const Measure& measure, Index n_conditions);

/// Whether split_half_ceiling can be computed, known before any distance is: two units, every half of these resamples
/// varies beside the whole recording (see Representation::smallest_part), and the conditions that the measure needs.
Comparability ceiling_comparability(const Measure& measure, const Representation& recording, int n_resamples,
                                    const RandomStream& stream);

/// Distance between two random halves of the recording's units, drawn `n_resamples` times (at least 2).
///
/// With an odd number of units one is left out at random. Resample i uses `stream.substream(i)` only, for the halves
/// and for a measure that draws. Asks `stop` before each. Throws UserError unless ceiling_comparability is comparable.
NoiseCeiling split_half_ceiling(const Measure& measure, const Representation& recording, int n_resamples,
                                const RandomStream& stream, const StopCheck& stop = {});

}  // namespace cohort
