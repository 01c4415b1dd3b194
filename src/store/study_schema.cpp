#include <cohort/store/study_schema.hpp>

#include <cohort/rules/learning_rules.hpp>
#include <cohort/store/architectures_schema.hpp>
#include <cohort/store/results_schema.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/task_schema.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <cohort_build.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace cohort {
namespace {

/// The curves that only some rules of the study have.
std::vector<CurveInfo> rule_curves(const Study& study) {
  std::vector<CurveInfo> curves;
  for (const FactorLevel& rule : study.levels[static_cast<std::size_t>(Factor::rule)])
    for (const auto& [family, versioned] : rule.versioned_in)
      for (const RuleCurve& own : learning_rules<float>().make_of(family, rule.variant)->curves()) {
        const auto same = [&](const CurveInfo& curve) { return curve.name == own.path(); };
        if (std::none_of(curves.begin(), curves.end(), same)) curves.push_back({own.path(), own.long_name, own.units});
      }
  return curves;
}

FactorCodes codes_of(const Study& study, const Design& design, Factor factor) {
  FactorCodes codes{factor_name(factor), fmt::format("{} of the run", factor_name(factor))};
  codes.levels = {n_levels(study, factor), [&study, factor](std::size_t first, std::span<std::string> texts) {
                    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = level_text(study, factor, first + i);
                  }};
  codes.codes = {design.size(), [&design, factor](std::size_t first, std::span<std::int32_t> values) {
                   for (std::size_t i = 0; i < values.size(); ++i) values[i] = design.level(first + i, factor);
                 }};
  return codes;
}

ResultsShape shape_of(const Study& study, const Design& design, const TaskInfo& task) {
  ResultsShape shape;
  shape.keys = {design.size(), [&design](std::size_t first, std::span<std::string> keys) {
                  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = design[first + i].key;
                }};
  if (study.snapshots.keep_outputs) shape.outputs = task.output_names;
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture)) {
    const NetworkSize size = network_size(study, design[run]);
    shape.max_units = std::max(shape.max_units, static_cast<std::size_t>(size.n_units));
    if (!study.snapshots.keep_parameters) continue;
    shape.max_parameters = std::max(shape.max_parameters, static_cast<std::size_t>(size.n_parameters));
    shape.max_constants = std::max(shape.max_constants, static_cast<std::size_t>(size.n_constants));
  }
  for (int factor = 0; factor < n_factors; ++factor)
    shape.factors.push_back(codes_of(study, design, static_cast<Factor>(factor)));
  shape.curves = {
      {"loss", "loss on the training batch"},
      {"error", "normalized error (or cross-entropy) on the evaluation trials", "1", error_formula(task.loss)},
      {"accuracy", "fraction of evaluation trials right at their last counted step"},
      {"gradient_norm", "norm of the rule's gradient before clipping"},
      {"activity_penalty", "activity regularizer, added to the loss"},
      {"regularizer", "weight and rate regularizers, added to the loss"}};
  if (!study.shifted.task.empty()) {
    shape.curves.push_back({"shifted_error", "the same as error on the shifted evaluation trials"});
    shape.curves.push_back({"shifted_accuracy", "the same as accuracy on the shifted evaluation trials"});
  }
  for (std::size_t i = 0; i < study.training.alignment.rules.size(); ++i) {
    const std::string& rule = study.training.alignment.name(i);
    shape.curves.push_back({AlignmentPlan::cosine_curve(rule), "cosine of the gradients of " + rule + " and bptt"});
    shape.curves.push_back(
        {AlignmentPlan::ratio_curve(rule), "norm of the gradient of " + rule + ", relative to bptt"});
  }
  for (const CurveInfo& curve : rule_curves(study)) shape.curves.push_back(curve);
  shape.n_updates = static_cast<std::size_t>(study.training.updates);
  shape.levels = study.snapshots.labels();
  shape.chance = chance_of_levels(study.snapshots, study.evaluation.chance);
  for (std::size_t condition = 0; condition < task.conditions.size(); ++condition) {
    for (Index step = 0; step < task.n_sample_steps; ++step) {
      shape.sample_condition.push_back(static_cast<std::int32_t>(condition));
      shape.sample_step.push_back(static_cast<std::int32_t>(task.first_sample_step + step));
    }
  }
  shape.n_samples = shape.sample_condition.size();
  return shape;
}

}  // namespace

Generated<std::string> former_keys(const Design& design) {
  return {design.size(), [&design](std::size_t first, std::span<std::string> keys) {
            for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = design.former_key(first + i);
          }};
}

std::string build_provenance() {
  return nlohmann::json{{"version", COHORT_BUILD_VERSION},
                        {"commit", COHORT_BUILD_COMMIT},
                        {"compiler", COHORT_BUILD_COMPILER},
                        {"instruction_set", COHORT_BUILD_ARCH},
                        {"build_type", COHORT_BUILD_TYPE}}
      .dump();
}

std::string build_summary() {
  return fmt::format("cohort {} ({}, {}, {}, {})", COHORT_BUILD_VERSION, COHORT_BUILD_COMMIT, COHORT_BUILD_COMPILER,
                     COHORT_BUILD_ARCH, COHORT_BUILD_TYPE);
}

std::map<std::string, std::string> added_attributes(const SimilarityOptions& similarity) {
  std::map<std::string, std::string> attributes;
  for (const auto& [name, list] :
       {std::pair{kAddedMeasures, &similarity.added_measures}, {kAddedRecordings, &similarity.added_recordings}})
    if (!list->empty()) attributes[name] = fmt::format("{}", fmt::join(*list, "\n"));
  return attributes;
}

Schema study_schema(const Study& study, const Design& design, const Schema& analyses) {
  Schema schema = results_schema(shape_of(study, design, shared_task(study.task)->info()));
  schema.append(task_schema(study));
  schema.append(architectures_schema(study));
  schema.append(analyses);
  schema.attributes = {{"title", study.name},
                       {"study_key", study_key(study)},
                       {kStoredFirst, design.stored_first()},
                       {"study", study.text},
                       {"build", build_provenance()}};
  schema.attributes.merge(added_attributes(study.similarity));
  return schema;
}

}  // namespace cohort
