#include <cohort/similarity/condition_null.hpp>

#include "parts.hpp"
#include "resampled.hpp"

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace cohort {
namespace {

/// Of folds that leave out each condition; none where the measure needs none or the caller gives them.
std::optional<ConditionFolds> folds_of(const Measure& measure, Index n_conditions, Index n_times,
                                       const MeasureContext& context) {
  if (!measure.traits().needs_folds || context.folds != nullptr) return std::nullopt;
  return ConditionFolds(n_conditions, n_times);
}

}  // namespace

ConditionNull condition_null(const Measure& measure, const Representation& a, const Representation& b, double observed,
                             int n_permutations, const RandomStream& stream, const MeasureContext& context) {
  expects(n_permutations >= 2 && a.n_samples() == b.n_samples(), "permutations of two with the same samples");
  const Index n_conditions = std::max(a.n_conditions(), b.n_conditions());
  if (n_conditions == 0) return {.reason = Comparability::conditions_unknown};
  if (n_conditions == 1) return {.reason = Comparability::single_condition};
  if (std::isnan(observed)) return {.reason = Comparability::no_value};
  const Representation known(b.values(), n_conditions, b.name(), b.precision());
  const auto folds = folds_of(measure, n_conditions, known.n_times(), context);
  const auto prepared = measure.prepare(a);
  VectorXd values(n_permutations);
  int n_as_small = 0;
  for (int i = 0; i < n_permutations; ++i) {
    ask(context.stop);
    const RandomStream own = stream.substream(static_cast<std::uint64_t>(i));
    const auto permuted = with_conditions(known, shuffled(n_conditions, own));
    if (!permuted) return {.reason = Comparability::constant};
    MeasureContext its = context;
    if (folds) its.folds = &*folds;
    its.stream = own.substream(0);
    const MeasureValue value = measure.compare(*prepared, *measure.prepare(*permuted), its);
    if (std::isnan(value.value))
      return {.reason = value.reason == Comparability::comparable ? Comparability::no_value : value.reason};
    // Permutations that change nothing differ by rounding alone.
    n_as_small += value.value <= observed + 1e-12 * std::abs(observed);
    values[i] = measure.normalized(value.value);
  }
  const double mean = values.mean();
  return {mean, std::sqrt((values.array() - mean).square().sum() / (n_permutations - 1)),
          (1.0 + n_as_small) / (1.0 + n_permutations)};
}

}  // namespace cohort
