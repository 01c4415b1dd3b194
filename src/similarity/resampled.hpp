#pragma once

#include <cohort/similarity/noise_ceiling.hpp>

#include <functional>
#include <vector>

namespace cohort {

/// 0 .. n - 1 in random order (Fisher and Yates).
std::vector<Index> shuffled(Index n, RandomStream stream);

/// Moments of `distance(stream)` over resamples, each with its own substream of `stream`; asks `stop` before each.
NoiseCeiling resampled(const Measure& measure, int n_resamples, const RandomStream& stream, const StopCheck& stop,
                       const std::function<double(const RandomStream&)>& distance);

}  // namespace cohort
