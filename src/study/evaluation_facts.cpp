#include <cohort/study/evaluation_facts.hpp>

#include <cohort/learning/chance_of.hpp>
#include <cohort/learning/target_scale.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

bool has_levels(const SnapshotPlan& plan) { return !plan.at_error.empty() || !plan.at_accuracy.empty(); }

TrialBatch<float> evaluation_trials(const Study& study, const Task& task) {
  TrialBatch<float> trials;
  fill_evaluation_batch(task, RandomStream("evaluation", study.task_versioned, study.seed), trials);
  return trials;
}

bool has_odd_targets(const TrialBatch<float>& trials) {
  const auto scales = target_scales(trials);
  return std::any_of(scales.begin(), scales.end(), [](const TargetScale& scale) { return !scale.varies; });
}

}  // namespace

EvaluationFacts evaluation_facts(const Study& study) {
  EvaluationFacts facts;
  const auto task = shared_task(study.task);
  const bool has_values = task->info().loss == LossKind::mean_squared_error;
  if (!has_values && !has_levels(study.snapshots)) return facts;
  const TrialBatch<float> trials = evaluation_trials(study, *task);
  facts.has_odd_targets = has_odd_targets(trials);
  if (has_levels(study.snapshots)) facts.chance = chance_of(*task, trials);
  if (const auto shifted = shifted_task(study); shifted && has_values)
    facts.has_odd_targets |= has_odd_targets(evaluation_trials(study, *shifted));
  return facts;
}

std::string evaluation_key_text(const Study& study) {
  std::string text;
  if (study.evaluation.has_odd_targets) text += fmt::format("evaluation {}\n", evaluation_version);
  if (has_levels(study.snapshots) && study.snapshots.hold != 1) text += fmt::format("hold {}\n", study.snapshots.hold);
  return text;
}

std::vector<std::string> study_warnings(const Study& study) {
  std::vector<std::string> warnings = shared_task(study.task)->info().remarks;
  for (const auto& recording : study.kept_recordings)
    warnings.insert(warnings.end(), recording->remarks.begin(), recording->remarks.end());
  const std::vector<std::string> labels = study.snapshots.labels();
  const std::vector<double> chance = chance_of_levels(study.snapshots, study.evaluation.chance);
  for (std::size_t level = 0; level < labels.size(); ++level)
    if (std::string warning = chance_warning(labels[level], chance[level]); !warning.empty())
      warnings.push_back(std::move(warning));
  return warnings;
}

}  // namespace cohort
