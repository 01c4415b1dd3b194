#include "parts.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/similarity/noise_ceiling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace cohort {

namespace {

double split_half_distance(const Measure& measure, const Representation& recording, const RandomStream& stream,
                           const StopCheck& stop) {
  const Halves halves = halves_of(recording.n_units(), stream);
  MeasureContext context;
  context.stop = stop;
  context.stream = stream.substream(0);  // other numbers than those that drew the halves
  return distance(measure, *with_units(recording, halves.first), *with_units(recording, halves.second), context);
}

struct MeanAndDeviation {
  double mean, deviation;
};

MeanAndDeviation moments_of(const VectorXd& values) {
  const double mean = values.mean();
  return {mean, std::sqrt((values.array() - mean).square().sum() / static_cast<double>(values.size() - 1))};
}

}  // namespace

Comparability ceiling_comparability(const Measure& measure, const Representation& recording, int n_resamples,
                                    const RandomStream& stream) {
  if (recording.n_units() < 2) return Comparability::single_unit;
  if (measure.traits().needs_folds && recording.n_conditions() < measure.traits().least_conditions)
    return recording.n_conditions() == 0   ? Comparability::conditions_unknown
           : recording.n_conditions() == 1 ? Comparability::single_condition
                                           : Comparability::too_few_conditions;
  const ScaledMatrix small = scaled(recording.values());
  const VectorXd squares = centred(small.values).colwise().squaredNorm();  // of each unit
  const double smallest = std::ldexp(recording.smallest_part(), -small.exponent);
  for (int i = 0; i < n_resamples; ++i) {
    const Halves halves = halves_of(recording.n_units(), stream.substream(static_cast<std::uint64_t>(i)));
    for (const auto& half : {halves.first, halves.second})
      if (!(std::sqrt(squares(half).sum()) > smallest)) return Comparability::constant_half;
  }
  return Comparability::comparable;
}

NoiseCeiling split_half_ceiling(const Measure& measure, const Representation& recording, int n_resamples,
                                const RandomStream& stream, const StopCheck& stop) {
  expects(n_resamples >= 2, "at least 2 resamples for a noise ceiling");
  const Comparability comparability = ceiling_comparability(measure, recording, n_resamples, stream);
  if (comparability != Comparability::comparable)
    throw UserError(fmt::format("{} has no noise ceiling", recording.name()), reason_of(comparability));
  VectorXd distances(n_resamples), normalized(n_resamples);
  for (int i = 0; i < n_resamples; ++i) {
    ask(stop);
    distances[i] = split_half_distance(measure, recording, stream.substream(static_cast<std::uint64_t>(i)), stop);
    normalized[i] = measure.normalized(distances[i]);
  }
  const auto [mean, deviation] = moments_of(distances);
  const auto [normalized_mean, normalized_deviation] = moments_of(normalized);
  return {mean, deviation, normalized_mean, normalized_deviation, n_resamples};
}

}  // namespace cohort
