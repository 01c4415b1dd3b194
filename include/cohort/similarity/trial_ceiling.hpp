#pragma once

#include <cohort/recordings/recording.hpp>
#include <cohort/similarity/noise_ceiling.hpp>

namespace cohort {

/// Whether trial_half_ceiling can be computed, known before any distance is: trials that are kept apart, two of each
/// condition, every half of these resamples varies beside the whole recording, and the conditions that the measure
/// needs. `whole` is what the recording says, see representation_of.
Comparability trial_ceiling_comparability(const Measure& measure, const Recording& recording,
                                          const Representation& whole, int n_resamples, const RandomStream& stream);

/// Distance between the means over two random halves of each condition's trials, of the same units, drawn `n_resamples`
/// times (at least 2). With an odd number of trials one is left out at random. Units are treated as those of the whole
/// were (Recording::units). Resample i uses `stream.substream(i)` only. Asks `stop` before each. Throws UserError
/// unless trial_ceiling_comparability is comparable.
NoiseCeiling trial_half_ceiling(const Measure& measure, const Recording& recording, const Representation& whole,
                                int n_resamples, const RandomStream& stream, const StopCheck& stop = {});

/// What a value of two halves would be of two recordings with all trials (Spearman 1910, Brown 1910): with r what the
/// measure's Reliability says, 1 - r' or 1 - r'^2 with r' = 2 r / (1 + r). NaN for a measure that has no such r, and
/// where r <= 0: nothing was found in both halves.
double full_length(const MeasureTraits& traits, double value);

/// The formula of that, as Python understands it, for readers of the results file; empty for a measure without.
std::string full_length_formula(const MeasureTraits& traits);

}  // namespace cohort
