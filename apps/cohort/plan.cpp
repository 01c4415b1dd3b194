#include "commands.hpp"

#include <cohort/analysis/analyses.hpp>
#include <cohort/core/text.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace cohort::app {
namespace {

/// A factor's levels on one line, a long list shortened.
std::string levels_text(const std::vector<FactorLevel>& levels) {
  constexpr std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, levels.size()); ++i) text += " " + levels[i].text;
  return levels.size() > most ? fmt::format("{} ... ({} in all)", text, levels.size()) : text;
}

/// What training takes.
struct PlannedTime {
  std::vector<double> seconds;  ///< [n_runs]
  double total = 0;
  std::size_t most_bytes = 0;  ///< held while one run is trained
};

/// Measures every kind of run (rule and architecture) while a few seconds last, and counts the rest from their expected
/// cost; prints what it measures.
PlannedTime planned_time(const Study& study, const Design& design) {
  constexpr std::size_t most_lines = 40;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  const TrainingFlops flops(study, design);
  const auto updates = static_cast<double>(study.training.updates);
  const auto kinds = design.first_of_each(Factor::rule, Factor::architecture);
  std::vector<double> seconds(flops.n_kinds());
  PlannedTime time;
  double measured_seconds = 0, measured_flops = 0;
  std::size_t n_measured = 0;
  fmt::print("\nmeasured on this machine, one core:\n");
  for (const std::size_t first : kinds) {
    const Run run = design[first];
    if (n_measured > 0 && std::chrono::steady_clock::now() > deadline) {
      seconds[flops.kind(first)] = measured_seconds * flops[first] / measured_flops;
      continue;
    }
    const TrainingCost cost = measured_cost(study, run);
    seconds[flops.kind(first)] = cost.seconds_per_update * updates;
    measured_seconds += seconds[flops.kind(first)];
    measured_flops += flops[first];
    time.most_bytes = std::max(time.most_bytes, cost.bytes);
    if (++n_measured <= most_lines)
      fmt::print("  {} | {}: {:.2f} ms per update\n", level_of(study, run, Factor::rule).text,
                 level_of(study, run, Factor::architecture).text, 1e3 * cost.seconds_per_update);
  }
  if (n_measured < kinds.size())
    fmt::print("  {} of {} kinds of runs; the others are counted from their expected cost\n", n_measured, kinds.size());
  time.seconds.reserve(design.size());
  for (std::size_t run = 0; run < design.size(); ++run) {
    time.seconds.push_back(seconds[flops.kind(run)]);
    time.total += time.seconds.back();
  }
  return time;
}

}  // namespace

int plan(const std::string& path, int n_ranks) {
  const Study study = read_study(path);
  const Design design = expand(study);
  check_runs(study, design);
  fmt::print("{}: {} runs\n", study.name, design.size());
  for (int factor = 0; factor < n_factors; ++factor) {
    fmt::print("  {:<15}{}\n", factor_name(static_cast<Factor>(factor)), levels_text(study.levels[factor]));
  }
  const TaskInfo task = shared_task(study.task)->info();
  fmt::print("  {:<15} {} ({} conditions; trials of {} steps of {} ms)\n", "task", study.task, task.conditions.size(),
             task.n_steps, task.dt_ms);
  const PlannedTime time = planned_time(study, design);
  fmt::print("\ntraining: {} of processor time, {} on {} rank{}\n", duration_text(time.total),
             duration_text(makespan(time.seconds, n_ranks)), n_ranks, n_ranks == 1 ? "" : "s");
  const Schema analyses = Analyses(study, design).schema();
  fmt::print("results file: {}\n",
             bytes_text(static_cast<double>(storage_bytes(study_schema(study, design, analyses)))));
  fmt::print("memory per rank: about {}\n",
             bytes_text(static_cast<double>(estimated_memory(study, design, time.most_bytes))));
  return kAllDone;
}

}  // namespace cohort::app
