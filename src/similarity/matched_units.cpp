#include <cohort/similarity/matched_units.hpp>

#include "parts.hpp"
#include "resampled.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/similarity/noise_ceiling.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace cohort {
namespace {

std::vector<Index> first_of(const std::vector<Index>& units, Index n) { return {units.begin(), units.begin() + n}; }

}  // namespace

MatchedUnits matched_units(const Measure& measure, const Representation& network, const Representation& recording,
                           int n_resamples, const RandomStream& halves, const RandomStream& units,
                           const MeasureContext& context) {
  expects(n_resamples >= 2, "at least 2 resamples");
  MatchedUnits result;
  result.reason = ceiling_comparability(measure, recording, n_resamples, halves);
  if (result.reason != Comparability::comparable) return result;
  const Index n = std::min(recording.n_units() / 2, network.n_units());
  double distance = 0, normalized = 0, between_halves = 0;
  for (int i = 0; i < n_resamples; ++i) {
    ask(context.stop);
    const RandomStream own_halves = halves.substream(static_cast<std::uint64_t>(i));
    const RandomStream own_units = units.substream(static_cast<std::uint64_t>(i));
    const Halves both = halves_of(recording.n_units(), own_halves);
    const auto first = with_units(recording, first_of(both.first, n));
    const auto second = with_units(recording, first_of(both.second, n));
    const auto part = with_units(network, first_of(shuffled(network.n_units(), own_units), n));
    if (!first || !second || !part) return {.reason = Comparability::constant_half};
    MeasureContext own = context;
    own.stream = own_halves.substream(0);
    between_halves += measure.normalized(cohort::distance(measure, *first, *second, own));
    own.stream = own_units.substream(0);
    const MeasureValue value = distance_and_interval(measure, *part, *first, own);
    if (std::isnan(value.value))
      return {.reason = value.reason == Comparability::comparable ? Comparability::no_value : value.reason};
    distance += value.value;
    normalized += measure.normalized(value.value);
  }
  result.distance = distance / n_resamples;
  result.normalized = normalized / n_resamples;
  result.halves = between_halves / n_resamples;
  if (!measure.traits().is_in_units_of_data && result.halves < 1)
    result.corrected = (result.normalized - result.halves) / (1 - result.halves);
  return result;
}

}  // namespace cohort
