#include <cohort/store/study_schema.hpp>

#include <cohort/similarity/measures.hpp>
#include <cohort/store/results_schema.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <cohort_build.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace cohort {
namespace {

ResultsShape shape_of(const Study& study, const Design& design, const TaskInfo& task, std::size_t& max_states) {
  ResultsShape shape;
  for (const Run& run : design.runs) {
    shape.keys.push_back(run.key);
    const NetworkSize size = network_size(study, run);
    shape.max_units = std::max(shape.max_units, static_cast<std::size_t>(size.n_units));
    max_states = std::max(max_states, static_cast<std::size_t>(size.n_states));
    if (study.snapshots.keep_parameters)
      shape.max_parameters = std::max(shape.max_parameters, static_cast<std::size_t>(size.n_parameters));
  }
  for (int factor = 0; factor < n_factors; ++factor) {
    FactorCodes codes{factor_name(static_cast<Factor>(factor)),
                      fmt::format("{} of the run", factor_name(static_cast<Factor>(factor)))};
    for (const FactorLevel& level : study.levels[factor]) codes.levels.push_back(level.text);
    for (const Run& run : design.runs) codes.codes.push_back(run.level[static_cast<std::size_t>(factor)]);
    shape.factors.push_back(codes);
  }
  shape.curves = {{"loss", "loss on the training batch"},
                  {"error", "normalized error (or cross-entropy) on the evaluation trials"},
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
    shape.curves.push_back({AlignmentPlan::ratio_curve(rule), "norm of the gradient of " + rule + ", relative to bptt"});
  }
  shape.n_updates = static_cast<std::size_t>(study.training.updates);
  shape.levels = study.snapshots.labels();
  for (std::size_t condition = 0; condition < task.conditions.size(); ++condition) {
    for (Index step = 0; step < task.n_sample_steps; ++step) {
      shape.sample_condition.push_back(static_cast<std::int32_t>(condition));
      shape.sample_step.push_back(static_cast<std::int32_t>(task.first_sample_step + step));
    }
  }
  shape.n_samples = shape.sample_condition.size();
  return shape;
}

Dimension labelled(std::string name, std::vector<std::string> labels, std::string long_name) {
  Dimension dimension{std::move(name), labels.size(), std::move(long_name)};
  dimension.labels = std::move(labels);
  return dimension;
}

Schema similarity_schema(const Study& study, std::size_t n_runs) {
  Schema schema;
  const auto& measures = study.similarity.measures;
  if (measures.empty()) return schema;
  const auto& recordings = study.similarity.recording_names;
  schema.dimensions = {labelled("level", study.snapshots.labels(), "matched level at which the snapshot was taken"),
                       {"run", n_runs, "number of the run"},
                       {"other_run", n_runs, "number of the run it is compared with"}};
  if (!recordings.empty()) schema.dimensions.push_back(labelled("recording", recordings, "recording compared with"));
  for (const std::string& measure : measures) {
    const std::string units = cohort::measures().make(measure)->units();
    const std::string path = "/similarity/" + measure_dataset(measure);
    // Every distance in the measure's own unit, and as it is reported (procrustes: radians, and / (π/2)).
    for (const auto& [suffix, remark] : {std::pair{"", ""}, std::pair{"_normalized", ", normalized"}}) {
      const auto add = [&](const std::string& kind, std::vector<std::string> dimensions, const std::string& what) {
        schema.datasets.push_back({path + kind + suffix, ValueType::f64, std::move(dimensions), *suffix ? "1" : units,
                                   fmt::format("{}: {}{}", measure, what, remark)});
      };
      add("", {"level", "run", "other_run"}, "distance between two runs");
      if (recordings.empty()) continue;
      add("_recording", {"level", "run", "recording"}, "distance between run and recording");
      add("_ceiling", {"recording"}, "mean distance between random halves of the recording's units");
      add("_ceiling_sd", {"recording"}, "standard deviation of the distance between random halves");
      add("_baseline", {"recording"}, "distance between the recording and its cross-condition average");
    }
  }
  schema.datasets.push_back({"/similarity/computed_from", ValueType::u64, {}, "1",
                             "hash of the finished runs the distances were computed from, 0: not computed"});
  return schema;
}

Schema dynamics_schema(const Study& study, const TaskInfo& task, std::size_t n_runs, std::size_t max_states) {
  Schema schema;
  if (study.dynamics.starts == 0) return schema;
  std::vector<std::string> contexts;
  for (const InputContext& context : task.contexts) contexts.push_back(context.name);
  schema.dimensions = {{"run", n_runs, "number of the run"},
                       labelled("context", contexts, "constant input under which the network runs"),
                       {"point", static_cast<std::size_t>(study.dynamics.max_points), "fixed or slow point"},
                       {"state", max_states, "state variable of the network"},
                       {"start", static_cast<std::size_t>(study.dynamics.starts), "start of a search"}};
  const auto add = [&](const char* name, ValueType type, std::vector<std::string> dimensions, const char* long_name,
                       std::vector<std::string> flags = {}) {
    DatasetInfo info{std::string("/dynamics/") + name, type, std::move(dimensions), "1", long_name};
    info.flag_meanings = std::move(flags);
    schema.datasets.push_back(info);
  };
  const std::vector<std::string> per_context{"run", "context"}, per_point{"run", "context", "point"},
      per_value{"run", "context", "point", "state"};
  add("analysed", ValueType::u8, {"run"}, "whether the run's last network was analysed", {"no", "yes"});
  add("n_fixed_points", ValueType::i32, per_context, "fixed points found; may exceed the room of the file");
  add("n_slow_points", ValueType::i32, per_context, "slow points found");
  add("n_cycles", ValueType::i32, per_context, "cycles of period 2 or more found");
  add("kind", ValueType::u8, per_point, "what the point is", {"none", "fixed_point", "slow_point"});
  add("fixed_points", ValueType::f64, per_value, "state of the point, NaN-padded");
  add("speed", ValueType::f64, per_point, "q = ½ |x - F(x)|² at the point");
  add("n_starts", ValueType::i32, per_point, "starts that ended at the point");
  add("n_unstable", ValueType::i32, per_point, "eigenvalues of modulus above 1");
  add("stability", ValueType::u8, per_point, "stability of the point", {"unknown", "stable", "unstable", "marginal"});
  add("eigenvalues_real", ValueType::f64, per_value, "eigenvalues of the Jacobian by decreasing modulus, real part");
  add("eigenvalues_imag", ValueType::f64, per_value, "eigenvalues of the Jacobian by decreasing modulus, imaginary part");
  add("start_status", ValueType::u8, {"run", "context", "start"}, "how each search ended",
      {"not_converged", "converged", "slow_point", "outlier", "cycle"});
  return schema;
}

}  // namespace

std::string measure_dataset(const std::string& variant) {
  std::string name = variant;
  for (char& c : name)
    if (c == '/' || c == '=' || c == ',') c = '_';
  return name;
}

std::string build_provenance() {
  return nlohmann::json{{"version", COHORT_BUILD_VERSION}, {"commit", COHORT_BUILD_COMMIT},
                        {"compiler", COHORT_BUILD_COMPILER}, {"instruction_set", COHORT_BUILD_ARCH},
                        {"build_type", COHORT_BUILD_TYPE}}.dump();
}

std::string build_summary() {
  return fmt::format("cohort {} ({}, {}, {}, {})", COHORT_BUILD_VERSION, COHORT_BUILD_COMMIT, COHORT_BUILD_COMPILER,
                     COHORT_BUILD_ARCH, COHORT_BUILD_TYPE);
}

Schema study_schema(const Study& study, const Design& design) {
  const TaskInfo task = shared_task(study.task)->info();
  std::size_t max_states = 0;
  const ResultsShape shape = shape_of(study, design, task, max_states);
  Schema schema = results_schema(shape);
  schema.append(similarity_schema(study, design.runs.size()));
  schema.append(dynamics_schema(study, task, design.runs.size(), max_states));
  schema.attributes = {{"title", study.name}, {"study_key", study_key(study)}, {"study", study.text},
                       {"build", build_provenance()}};
  return schema;
}

}  // namespace cohort
