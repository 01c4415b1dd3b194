#include <cohort/similarity/bootstrap.hpp>

#include "parts.hpp"

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace cohort {
namespace {

std::vector<Index> with_replacement(Index n, RandomStream stream) {
  std::vector<Index> drawn;
  for (Index i = 0; i < n; ++i) drawn.push_back(static_cast<Index>(stream.integer(static_cast<std::uint64_t>(n))));
  return drawn;
}

using Sides = std::pair<std::optional<Representation>, std::optional<Representation>>;

Sides drawn(const Representation& a, const Representation& b, Resampled resampled, const RandomStream& stream) {
  if (resampled == Resampled::units)
    return {with_units(a, with_replacement(a.n_units(), stream.substream(1))),
            with_units(b, with_replacement(b.n_units(), stream.substream(2)))};
  const std::vector<Index> conditions = with_replacement(a.n_conditions(), stream.substream(1));
  const auto own = [&](const Representation& side) {
    return with_conditions(Representation(side.values(), a.n_conditions(), side.name(), side.precision()), conditions);
  };
  return {own(a), own(b)};
}

/// Between order statistics; `values` sorted.
double quantile(const std::vector<double>& values, double share) {
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= values.size()) return values.back();
  return values[below] + (place - static_cast<double>(below)) * (values[below + 1] - values[below]);
}

Comparability why_none(const Measure& measure, const Representation& a, const Representation& b, Resampled resampled) {
  if (resampled == Resampled::units)
    return a.n_units() < 2 && b.n_units() < 2 ? Comparability::single_unit : Comparability::comparable;
  if (a.n_conditions() == 0) return Comparability::conditions_unknown;
  if (a.n_conditions() == 1) return Comparability::single_condition;
  return measure.traits().needs_folds ? Comparability::repeated_conditions : Comparability::comparable;
}

}  // namespace

BootstrapInterval bootstrap_interval(const Measure& measure, const Representation& a, const Representation& b,
                                     Resampled resampled, int n_resamples, const RandomStream& stream,
                                     const MeasureContext& context) {
  expects(n_resamples >= 2 && a.n_samples() == b.n_samples(), "resamples of two with the same samples");
  BootstrapInterval interval;
  // A recording whose conditions are unknown has those of the network beside it.
  const bool is_a = a.n_conditions() > 0;
  interval.reason = why_none(measure, is_a ? a : b, is_a ? b : a, resampled);
  if (interval.reason != Comparability::comparable) return interval;
  std::vector<double> values;
  for (int i = 0; i < n_resamples; ++i) {
    ask(context.stop);
    const RandomStream own = stream.substream(static_cast<std::uint64_t>(i));
    Sides sides = is_a ? drawn(a, b, resampled, own) : drawn(b, a, resampled, own);
    if (!is_a) std::swap(sides.first, sides.second);
    if (!sides.first || !sides.second) return {.reason = Comparability::constant};
    MeasureContext its = context;
    its.stream = own.substream(0);
    const MeasureValue value = distance_and_interval(measure, *sides.first, *sides.second, its);
    if (std::isnan(value.value))
      return {.reason = value.reason == Comparability::comparable ? Comparability::no_value : value.reason};
    values.push_back(measure.normalized(value.value));
  }
  std::sort(values.begin(), values.end());
  interval.low = quantile(values, 0.025);
  interval.high = quantile(values, 0.975);
  return interval;
}

}  // namespace cohort
