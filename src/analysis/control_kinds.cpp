#include "control_kinds.hpp"

#include <cohort/similarity/bootstrap.hpp>
#include <cohort/similarity/condition_null.hpp>
#include <cohort/similarity/matched_units.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

using Kind = RecordingControl::Kind;
using Numbers = RecordingControl::Numbers;
using Pair = RecordingControl::Pair;

Kind matched_kind(Index resamples) {
  Kind kind{"matched", "distance at equal numbers of units", {}, fmt::format("matched 1 resamples {}", resamples)};
  kind.columns = {{"", "mean distance between as many units of run and recording, a half of the recording's", true},
                  {"_normalized", "the same, normalized: d2"},
                  {"_halves", "mean normalized distance between halves of the recording of as many units: d1"},
                  {"_corrected", "(d2 - d1) / (1 - d1): 0 as alike as the recording's own halves"}};
  kind.n_distances = 2 * static_cast<double>(resamples);
  kind.compute = [resamples](const Pair& pair) -> Numbers {
    const MatchedUnits matched = matched_units(pair.measure, pair.network, pair.recording, static_cast<int>(resamples),
                                               pair.halves, pair.stream, pair.context);
    return {{matched.distance, matched.normalized, matched.halves, matched.corrected}, matched.reason};
  };
  return kind;
}

/// Every condition is left out once.
Numbers left_out(const Pair& pair) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const Index n_conditions = std::max(pair.network.n_conditions(), pair.recording.n_conditions());
  if (n_conditions < 2)
    return {{nan, nan}, n_conditions == 0 ? Comparability::conditions_unknown : Comparability::single_condition};
  const ConditionFolds folds(n_conditions, pair.network.n_samples() / n_conditions);
  const MeasureValue value = pair.measure.left_out(pair.network, pair.recording, folds, pair.context.stop);
  return {{value.value, pair.measure.normalized(value.value)}, value.reason};
}

Kind left_out_kind() {
  Kind kind{"left_out", "distance on conditions left out", {}, "left_out 1"};
  kind.columns = {{"", "distance on conditions that the alignment of the two never saw", true},
                  {"_normalized", "the same, normalized; may be larger than 1"}};
  kind.n_distances = 20;
  kind.compute = left_out;
  return kind;
}

Kind bootstrap_kind(Index resamples) {
  Kind kind{"bootstrap", "bootstrap interval", {}, fmt::format("bootstrap 1 resamples {}", resamples)};
  for (const char* what : {"conditions", "units"})
    for (const char* end : {"low", "high"})
      kind.columns.push_back(
          {fmt::format("_{}_{}", what, end),
           fmt::format("{} end of the 95 % interval of the normalized distance over {}", end, what)});
  kind.n_distances = 2 * static_cast<double>(resamples);
  kind.compute = [resamples](const Pair& pair) -> Numbers {
    Numbers numbers{{}, Comparability::comparable};
    for (const auto& [resampled, item] : {std::pair{Resampled::conditions, 0U}, {Resampled::units, 1U}}) {
      const BootstrapInterval interval =
          bootstrap_interval(pair.measure, pair.network, pair.recording, resampled, static_cast<int>(resamples),
                             pair.stream.substream(item), pair.context);
      numbers.values.insert(numbers.values.end(), {interval.low, interval.high});
      if (numbers.reason == Comparability::comparable) numbers.reason = interval.reason;
    }
    return numbers;
  };
  return kind;
}

Kind null_kind(Index permutations) {
  Kind kind{"null", "null of permuted conditions", {}, fmt::format("null 1 permutations {}", permutations)};
  kind.columns = {{"_mean", "mean normalized distance to the recording with permuted conditions"},
                  {"_sd", "standard deviation of the normalized distance to permuted conditions"},
                  {"_p", "(1 + permutations that are no farther) / (1 + permutations)"}};
  kind.n_distances = static_cast<double>(permutations);
  kind.compute = [permutations](const Pair& pair) -> Numbers {
    const double observed = distance(pair.measure, pair.network, pair.recording, pair.context);
    const ConditionNull null = condition_null(pair.measure, pair.network, pair.recording, observed,
                                              static_cast<int>(permutations), pair.stream, pair.context);
    return {{null.mean, null.deviation, null.p}, null.reason};
  };
  return kind;
}

}  // namespace

std::vector<Kind> control_kinds(const SimilarityOptions& options, const Measure& measure) {
  std::vector<Kind> kinds;
  if (options.match_units) kinds.push_back(matched_kind(options.resamples));
  if (options.leave_one_out && measure.traits().has_alignment) kinds.push_back(left_out_kind());
  if (options.bootstrap >= 2) kinds.push_back(bootstrap_kind(options.bootstrap));
  if (options.null >= 2) kinds.push_back(null_kind(options.null));
  return kinds;
}

}  // namespace cohort
