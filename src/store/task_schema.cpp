#include <cohort/store/task_schema.hpp>

#include <cohort/tasks/shared_task.hpp>
#include <cohort/tasks/tasks.hpp>
#include <cohort/tasks/trial_batch.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

namespace cohort {
namespace {

/// The evaluation trials, drawn when somebody first asks: only the rank that writes the file needs them.
class EvaluationTrials {
 public:
  explicit EvaluationTrials(const Study& study)
      : task_(shared_task(study.task)), stream_("evaluation", study.task_versioned, study.seed) {}

  const TrialBatch<float>& batch() {
    if (batch_.n_trials == 0) fill_evaluation_batch(*task_, stream_, batch_);
    return batch_;
  }
  Index n_trials() const { return task_->info().n_evaluation_trials(); }

 private:
  std::shared_ptr<const Task> task_;
  RandomStream stream_;
  TrialBatch<float> batch_;
};

using Trials = std::shared_ptr<EvaluationTrials>;

/// [trial, step, row] of a matrix [rows x step * n_trials + trial], as a column of the file.
Generated<float> trial_values(const Trials& trials, std::size_t size, std::size_t n_rows, std::size_t n_steps,
                              const Matrix<float> TrialBatch<float>::*matrix) {
  return {size, [=](std::size_t first, std::span<float> values) {
            const TrialBatch<float>& batch = trials->batch();
            for (std::size_t i = 0; i < values.size(); ++i) {
              const std::size_t at = first + i, row = at % n_rows, step = at / n_rows % n_steps;
              const std::size_t trial = at / n_rows / n_steps;
              values[i] = (batch.*matrix)(static_cast<Index>(row),
                                          static_cast<Index>(step) * batch.n_trials + static_cast<Index>(trial));
            }
          }};
}

Generated<std::int32_t> trial_classes(const Trials& trials, std::size_t size, std::size_t n_steps) {
  return {size, [=](std::size_t first, std::span<std::int32_t> values) {
            const TrialBatch<float>& batch = trials->batch();
            const auto n_trials = static_cast<std::size_t>(batch.n_trials);
            for (std::size_t i = 0; i < values.size(); ++i) {
              const std::size_t trial = (first + i) / n_steps, step = (first + i) % n_steps;
              values[i] = batch.classes[step * n_trials + trial];
            }
          }};
}

Generated<std::int32_t> trial_conditions(const Trials& trials, std::size_t n_trials) {
  return {n_trials, [=](std::size_t first, std::span<std::int32_t> values) {
            std::copy_n(trials->batch().conditions.begin() + static_cast<std::ptrdiff_t>(first), values.size(),
                        values.begin());
          }};
}

Dimension named(const char* name, const std::vector<std::string>& labels, const char* long_name) {
  return {name, labels.size(), long_name, "1", labels};
}

Dimension time_axis(const TaskInfo& info) {
  Dimension step{"step", static_cast<std::size_t>(info.n_evaluation_steps), "start of the time step", "ms"};
  for (Index t = 0; t < info.n_evaluation_steps; ++t) step.values.push_back(static_cast<double>(t) * info.dt_ms);
  return step;
}

DatasetInfo single_text(const char* path, const std::string& text, const char* long_name) {
  DatasetInfo info{path, ValueType::text, {}, "1", long_name};
  info.text_length = std::max<std::size_t>(1, text.size());
  info.constants = Generated<std::string>{text};
  return info;
}

/// What the task is called and made with.
void add_parameters(const Study& study, Schema& schema) {
  const Parameters parameters = tasks().catalogue().parse(study.task);
  schema.datasets.push_back(single_text("/task/variant", parameters.semantic(),
                                        "the task as a variant, with all its defaults; without where files lie"));
  const Variant variant = parse_variant(parameters.semantic());
  if (variant.parameters.empty()) return;
  Dimension dimension{"task_parameter", variant.parameters.size(), "parameter of the task"};
  std::vector<std::string> values;
  std::size_t longest = 1;
  for (const auto& [name, value] : variant.parameters) {
    dimension.labels.push_back(name);
    values.push_back(to_text(value));
    longest = std::max(longest, values.back().size());
  }
  schema.dimensions.push_back(dimension);
  DatasetInfo info{"/task/parameter_value", ValueType::text, {"task_parameter"}, "1", "value of the parameter"};
  info.text_length = longest;
  info.constants = values;
  schema.datasets.push_back(info);
}

void add_contexts(const TaskInfo& info, Schema& schema) {
  if (info.contexts.empty()) return;
  Dimension context{"context", info.contexts.size(), "constant input under which dynamics are analysed"};
  std::vector<double> inputs;
  for (const InputContext& one : info.contexts) {
    context.labels.push_back(one.name);
    inputs.insert(inputs.end(), one.input.begin(), one.input.end());
  }
  schema.dimensions.push_back(context);
  DatasetInfo dataset{"/task/context_input", ValueType::f64, {"context", "input"}, "1", "input of the context"};
  dataset.constants = inputs;
  schema.datasets.push_back(dataset);
}

void add_trials(const TaskInfo& info, const Trials& trials, Schema& schema) {
  const auto n_trials = static_cast<std::size_t>(trials->n_trials());
  const auto n_steps = static_cast<std::size_t>(info.n_evaluation_steps);
  const auto n_inputs = static_cast<std::size_t>(info.n_inputs), n_outputs = static_cast<std::size_t>(info.n_outputs);
  const auto add = [&](const char* path, ValueType type, std::vector<std::string> axes, const char* long_name,
                       Constants constants) {
    schema.datasets.push_back({path, type, std::move(axes), "1", long_name});
    schema.datasets.back().constants = std::move(constants);
  };
  add("/task/trial_condition", ValueType::i32, {"trial"}, "condition of the evaluation trial",
      trial_conditions(trials, n_trials));
  schema.datasets.back().attributes = {{kConditionNames, fmt::format("{}", fmt::join(info.conditions, "\n"))},
                                       {kConditionsAreNumbers, info.numbers_conditions ? "true" : "false"}};
  add("/task/inputs", ValueType::f32, {"trial", "step", "input"}, "inputs of the evaluation trials",
      trial_values(trials, n_trials * n_steps * n_inputs, n_inputs, n_steps, &TrialBatch<float>::inputs));
  if (has_classes(info.loss)) {
    add("/task/classes", ValueType::i32, {"trial", "step"}, "right class of the evaluation trials",
        trial_classes(trials, n_trials * n_steps, n_steps));
    add("/task/mask", ValueType::f32, {"trial", "step"}, "weight of the step in the loss",
        trial_values(trials, n_trials * n_steps, 1, n_steps, &TrialBatch<float>::mask));
  } else {
    add("/task/targets", ValueType::f32, {"trial", "step", "output"}, "targets of the evaluation trials",
        trial_values(trials, n_trials * n_steps * n_outputs, n_outputs, n_steps, &TrialBatch<float>::targets));
    add("/task/mask", ValueType::f32, {"trial", "step", "output"}, "weight of the target in the loss",
        trial_values(trials, n_trials * n_steps * n_outputs, n_outputs, n_steps, &TrialBatch<float>::mask));
  }
}

}  // namespace

Schema task_schema(const Study& study) {
  const TaskInfo& info = shared_task(study.task)->info();
  const auto trials = std::make_shared<EvaluationTrials>(study);
  Schema schema;
  schema.dimensions = {{"trial", static_cast<std::size_t>(trials->n_trials()), "evaluation trial"},
                       time_axis(info),
                       named("input", info.input_names, "input of the network"),
                       named("output", info.output_names, "output of the network"),
                       named("condition", info.conditions, "trial condition")};
  add_parameters(study, schema);
  schema.datasets.push_back(single_text("/task/loss", loss_name(info.loss), "what is trained"));
  DatasetInfo dt{"/task/dt", ValueType::f64, {}, "ms", "duration of a time step"};
  dt.constants = Generated<double>{info.dt_ms};
  schema.datasets.push_back(dt);
  add_contexts(info, schema);
  add_trials(info, trials, schema);
  return schema;
}

}  // namespace cohort
