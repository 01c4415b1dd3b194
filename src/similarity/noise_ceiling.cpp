#include <cohort/similarity/noise_ceiling.hpp>

#include "parts.hpp"
#include "resampled.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cmath>
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

}  // namespace

Comparability folds_comparability(const Measure& measure, Index n_conditions) {
  if (!measure.traits().needs_folds || n_conditions >= measure.traits().least_conditions)
    return Comparability::comparable;
  return n_conditions == 0   ? Comparability::conditions_unknown
         : n_conditions == 1 ? Comparability::single_condition
                             : Comparability::too_few_conditions;
}

Comparability ceiling_comparability(const Measure& measure, const Representation& recording, int n_resamples,
                                    const RandomStream& stream) {
  if (recording.n_units() < 2) return Comparability::single_unit;
  if (const auto folds = folds_comparability(measure, recording.n_conditions()); folds != Comparability::comparable)
    return folds;
  const ScaledMatrix small = scaled(recording.values());
  const VectorXd squares = centred(small.values).colwise().squaredNorm();  // of each unit
  const double smallest = std::ldexp(recording.smallest_part(), -small.exponent);
  for (int i = 0; i < n_resamples; ++i) {
    const Halves halves = halves_of(recording.n_units(), stream.substream(static_cast<std::uint64_t>(i)));
    for (const std::vector<Index>* half : {&halves.first, &halves.second}) {
      double sum = 0;
      for (const Index unit : *half) sum += squares[unit];
      if (!(std::sqrt(sum) > smallest)) return Comparability::constant_half;
    }
  }
  return Comparability::comparable;
}

NoiseCeiling split_half_ceiling(const Measure& measure, const Representation& recording, int n_resamples,
                                const RandomStream& stream, const StopCheck& stop) {
  const Comparability comparability = ceiling_comparability(measure, recording, n_resamples, stream);
  if (comparability != Comparability::comparable)
    throw UserError(fmt::format("{} has no noise ceiling", recording.name()), reason_of(comparability));
  return resampled(measure, n_resamples, stream, stop,
                   [&](const RandomStream& own) { return split_half_distance(measure, recording, own, stop); });
}

}  // namespace cohort
