#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/measure.hpp>

namespace cohort {

/// What is drawn again, with replacement.
enum class Resampled {
  conditions,  ///< whole conditions, the same on both sides
  units        ///< of both sides, each by itself
};

/// A percentile interval, or why there is none.
struct BootstrapInterval {
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
  Comparability reason = Comparability::comparable;
};

/// The 2.5 % and 97.5 % quantiles (linear between order statistics) of the normalized distance over `n_resamples`
/// resamples (Efron & Tibshirani 1993). How far the data, not the network, leave the distance open: a unit or condition
/// that is drawn twice counts twice, and what is left out cannot be matched, so the middle of the interval need not be
/// the distance itself.
///
/// There is none where conditions are unknown or a single one, where one resample has no value, and over conditions for
/// a measure that scores conditions that it does not fit on (a condition drawn twice would do both). Resample i uses
/// `stream.substream(i)` only. `context` gives folds and the question whether to stop.
BootstrapInterval bootstrap_interval(const Measure& measure, const Representation& a, const Representation& b,
                                     Resampled resampled, int n_resamples, const RandomStream& stream,
                                     const MeasureContext& context = {});

}  // namespace cohort
