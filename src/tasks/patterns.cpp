#include <cohort/tasks/patterns.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/code_information.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cohort {
namespace {

/// Draws patterns of ±1 that all differ, [n_inputs x n_patterns].
MatrixXd different_patterns(Index n_inputs, Index n_patterns, RandomStream& stream) {
  MatrixXd patterns(n_inputs, n_patterns);
  for (Index k = 0; k < n_patterns;) {
    patterns.col(k) = VectorXd::NullaryExpr(n_inputs, [&] { return stream.uniform() < 0.5 ? -1.0 : 1.0; });
    bool is_new = true;
    for (Index other = 0; other < k; ++other) is_new = is_new && patterns.col(other) != patterns.col(k);
    k += is_new ? 1 : 0;
  }
  return patterns;
}

}  // namespace

Description Patterns::description() {
  Description d;
  d.name = "patterns";
  d.version = 2;
  d.summary = "tell patterns of given probabilities apart by a few binary units; no target";
  d.equation = "performance = I(x; y) / min(H(x), n log 2)";
  d.reference = "T. Liu 2021 (Infomax for perception); Bell & Sejnowski 1995, doi:10.1162/neco.1995.7.6.1129";
  d.parameters = {ParameterInfo::integer("patterns", 8, 2, 1000, "1", "how many, no two of them alike"),
                  ParameterInfo::integer("inputs", 8, 1, 10000, "1", "of a pattern, each ±1"),
                  ParameterInfo::integer("units", 3, 1, most_enumerated_units, "1", "outputs of the network"),
                  ParameterInfo::number("spread", 0, 0, 100, "1",
                                        "deviation of the normal logits of their probabilities; 0: equal"),
                  ParameterInfo::integer("choice", 1, 0, 1'000'000'000, "1", "which patterns are drawn")};
  return d;
}

Patterns::Patterns(const Parameters& parameters) {
  const Index n_patterns = parameters.integer("patterns");
  info_.n_inputs = parameters.integer("inputs");
  info_.n_outputs = parameters.integer("units");
  if (info_.n_inputs < 30 && n_patterns > Index{1} << info_.n_inputs)
    throw UserError(fmt::format("patterns={} is not possible for patterns", n_patterns),
                    fmt::format("{} inputs of ±1 make {} that differ", info_.n_inputs, Index{1} << info_.n_inputs));
  info_.input_names = numbered_names("input", info_.n_inputs);
  info_.output_names = numbered_names("unit", info_.n_outputs);
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = n_patterns;
  info_.dt_ms = 1;
  info_.conditions = {"patterns"};
  info_.contexts = {{"nothing", VectorXd::Zero(info_.n_inputs)}};
  info_.has_one_trial = true;
  RandomStream stream("task", "patterns", static_cast<std::uint64_t>(parameters.integer("choice")));
  patterns_ = different_patterns(info_.n_inputs, n_patterns, stream);
  probabilities_ =
      VectorXd::NullaryExpr(n_patterns, [&] { return std::exp(parameters.number("spread") * stream.normal()); });
  probabilities_ /= probabilities_.sum();
}

void Patterns::show(Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.inputs = patterns_;
  trial.mask = probabilities_.transpose().replicate(info_.n_outputs, 1);
}

double Patterns::performance(const Trial& trial, const MatrixXd& outputs) const {
  const VectorXd weights = trial.mask.row(0).transpose();
  const double most = std::min(entropy(weights), static_cast<double>(info_.n_outputs) * std::numbers::ln2);
  return code_information(outputs.cwiseMax(0).cwiseMin(1), weights) / most;
}

}  // namespace cohort
