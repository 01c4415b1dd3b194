#include <cohort/similarity/trial_ceiling.hpp>

#include "resampled.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace cohort {
namespace {

/// Means over two random halves of the trials, [n_samples x n_units], units as compared.
struct HalfMeans {
  MatrixXd first, second;
};

HalfMeans half_means(const Recording& recording, const RandomStream& stream) {
  const auto n_conditions = static_cast<Index>(recording.trial_counts.size());
  const Index n_times = recording.n_samples() / n_conditions;
  MatrixXd first = MatrixXd::Zero(recording.n_samples(), recording.trials.front().cols()), second = first;
  for (Index condition = 0; condition < n_conditions; ++condition) {
    const Index n = recording.trial_counts[static_cast<std::size_t>(condition)], half = n / 2;
    // Substream 0 is the measure's own.
    const std::vector<Index> order = shuffled(n, stream.substream(static_cast<std::uint64_t>(condition) + 1));
    for (Index i = 0; i < 2 * half; ++i) {
      const MatrixXd& trial = recording.trials[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
      (i < half ? first : second).middleRows(condition * n_times, n_times) +=
          trial.middleRows(condition * n_times, n_times);
    }
    for (MatrixXd* sum : {&first, &second}) sum->middleRows(condition * n_times, n_times) /= static_cast<double>(half);
  }
  return {recording.units(first), recording.units(second)};
}

double half_distance(const Measure& measure, const Recording& recording, const RandomStream& stream,
                     const StopCheck& stop) {
  const HalfMeans halves = half_means(recording, stream);
  const auto represented = [&](const MatrixXd& values) {
    return Representation(values, recording.n_conditions, "half of " + recording.source, recording.precision);
  };
  MeasureContext context;
  context.stop = stop;
  context.stream = stream.substream(0);
  return distance(measure, represented(halves.first), represented(halves.second), context);
}

}  // namespace

Comparability trial_ceiling_comparability(const Measure& measure, const Recording& recording,
                                          const Representation& whole, int n_resamples, const RandomStream& stream) {
  if (recording.trials.size() < 2) return Comparability::no_trials;
  if (std::ranges::min(recording.trial_counts) < 2) return Comparability::single_trial;
  if (const auto folds = folds_comparability(measure, recording.n_conditions); folds != Comparability::comparable)
    return folds;
  for (int i = 0; i < n_resamples; ++i) {
    const HalfMeans halves = half_means(recording, stream.substream(static_cast<std::uint64_t>(i)));
    for (const MatrixXd* half : {&halves.first, &halves.second}) {
      const Comparability own = Representation::comparability(*half, recording.precision);
      if (own == Comparability::not_finite) return own;
      if (own != Comparability::comparable || !(deviation_norm(*half) > whole.smallest_part()))
        return Comparability::constant_trial_half;
    }
  }
  return Comparability::comparable;
}

NoiseCeiling trial_half_ceiling(const Measure& measure, const Recording& recording, const Representation& whole,
                                int n_resamples, const RandomStream& stream, const StopCheck& stop) {
  const Comparability comparability = trial_ceiling_comparability(measure, recording, whole, n_resamples, stream);
  if (comparability != Comparability::comparable)
    throw UserError(fmt::format("{} has no noise ceiling by trials", recording.source), reason_of(comparability));
  return resampled(measure, n_resamples, stream, stop,
                   [&](const RandomStream& own) { return half_distance(measure, recording, own, stop); });
}

double full_length(const MeasureTraits& traits, double value) {
  const double similarity = 1 - value;
  if (traits.reliability == Reliability::none || !(similarity > 0)) return std::numeric_limits<double>::quiet_NaN();
  const bool is_squared = traits.reliability == Reliability::explained_variance;
  const double r = is_squared ? std::sqrt(similarity) : similarity, whole = 2 * r / (1 + r);
  return 1 - (is_squared ? whole * whole : whole);
}

std::string full_length_formula(const MeasureTraits& traits) {
  switch (traits.reliability) {
    case Reliability::none:
      return "";
    case Reliability::correlation:
      return "corrected = 1 - 2 * r / (1 + r), r = 1 - value";
    case Reliability::explained_variance:
      return "corrected = 1 - (2 * r / (1 + r)) ** 2, r = sqrt(1 - value)";
  }
  return "";
}

}  // namespace cohort
