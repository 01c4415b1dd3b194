#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/measure.hpp>

namespace cohort {

/// How far a network is from a recording when both have as many units as a half of the recording: a network must not
/// look better than the ceiling because it has more units to fit with.
///
/// With h the units of a half and n = min(h, units of the network), resample i draws two halves of the recording's
/// units and n units of the network. d1 is the normalized distance of the first n units of one half to the first n of
/// the other, d2 that of the network's to those of the first half; both are means over the resamples. `corrected` is
///
///     (d2 − d1) / (1 − d1)
///
/// 0 for a network that is as like the recording as the recording is itself, 1 for one at the measure's largest
/// distance (or, for 1 − R², no better than the mean); negative where it is closer than that. NaN for a measure whose
/// values are in the unit of the data. With n = h, d1 is the split-half noise ceiling.
struct MatchedUnits {
  double distance = std::numeric_limits<double>::quiet_NaN();    ///< mean over the resamples, in the measure's unit
  double normalized = std::numeric_limits<double>::quiet_NaN();  ///< d2
  double halves = std::numeric_limits<double>::quiet_NaN();      ///< d1
  double corrected = std::numeric_limits<double>::quiet_NaN();
  Comparability reason = Comparability::comparable;  ///< why there are no numbers
};

/// `halves` draws the halves, as split_half_ceiling does with the same stream; `units` those of the network. Resample i
/// uses substream i of each only. `context` gives folds. Requires two resamples or more. Asks its `stop`.
MatchedUnits matched_units(const Measure& measure, const Representation& network, const Representation& recording,
                           int n_resamples, const RandomStream& halves, const RandomStream& units,
                           const MeasureContext& context = {});

}  // namespace cohort
