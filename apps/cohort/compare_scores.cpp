#include "compare_scores.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/similarity/bootstrap.hpp>
#include <cohort/similarity/condition_null.hpp>
#include <cohort/similarity/measures.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cohort::app {
namespace {

nlohmann::json reason_json(Comparability reason) { return {{"reason", reason_of(reason)}}; }

nlohmann::json left_out_json(const Measure& measure, const Representation& a, const Representation& b) {
  const Index n_conditions = std::max(a.n_conditions(), b.n_conditions());
  if (n_conditions < 2)
    return reason_json(n_conditions == 0 ? Comparability::conditions_unknown : Comparability::single_condition);
  const MeasureValue value = measure.left_out(a, b, ConditionFolds(n_conditions, a.n_samples() / n_conditions));
  if (value.reason != Comparability::comparable) return reason_json(value.reason);
  return {{"value", value.value}, {"normalized", measure.normalized(value.value)}};
}

nlohmann::json bootstrap_json(const Measure& measure, const Representation& a, const Representation& b,
                              Resampled resampled, int n, const RandomStream& stream) {
  const BootstrapInterval interval = bootstrap_interval(measure, a, b, resampled, n, stream);
  if (interval.reason != Comparability::comparable) return reason_json(interval.reason);
  return {{"normalized_low", interval.low}, {"normalized_high", interval.high}, {"resamples", n}};
}

nlohmann::json null_json(const Measure& measure, const Representation& a, const Representation& b, int n,
                         const RandomStream& stream) {
  const ConditionNull null = condition_null(measure, a, b, distance(measure, a, b), n, stream);
  if (null.reason != Comparability::comparable) return reason_json(null.reason);
  return {{"normalized_mean", null.mean}, {"normalized_sd", null.deviation}, {"p", null.p}, {"permutations", n}};
}

}  // namespace

nlohmann::json scores(const ScoreRequest& request, const std::string& name, const Representation& a,
                      const Representation& b, std::uint64_t content) {
  const auto measure = measures().make(name);
  const RandomStream stream("compare", name, content);
  nlohmann::json json = nlohmann::json::object();
  const auto put = [&](const char* key, const auto& score) {
    try {
      json[key] = score();
    } catch (const UserError& error) {
      json[key] = {{"reason", error.what()}};
    }
  };
  if (request.leave_one_out) put("left_out", [&] { return left_out_json(*measure, a, b); });
  if (request.bootstrap > 0)
    for (const auto& [key, resampled] :
         {std::pair{"bootstrap_conditions", Resampled::conditions}, {"bootstrap_units", Resampled::units}})
      put(key, [&, which = resampled] {
        return bootstrap_json(*measure, a, b, which, request.bootstrap,
                              stream.substream(which == Resampled::conditions ? 0 : 1));
      });
  if (request.null > 0) put("null", [&] { return null_json(*measure, a, b, request.null, stream.substream(2)); });
  return json;
}

std::string scores_text(const nlohmann::json& scores) {
  std::string text;
  for (const auto& [name, score] : scores.items()) {
    text += fmt::format("  {}", name);
    if (score.contains("reason")) text += fmt::format("  -  ({})", score["reason"].get<std::string>());
    for (const auto& [key, value] : score.items())
      if (value.is_number()) text += fmt::format("  {} {:.6g}", key, value.get<double>());
    text += "\n";
  }
  return text;
}

}  // namespace cohort::app
