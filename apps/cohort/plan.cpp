#include "commands.hpp"

#include <cohort/analysis/analyses.hpp>
#include <cohort/core/text.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace cohort::app {

int plan(const std::string& path, int n_ranks) {
  const Study study = read_study(path);
  const Design design = expand(study);
  check_runs(study, design);
  fmt::print("{}: {} runs\n", study.name, design.runs.size());
  for (int factor = 0; factor < n_factors; ++factor) {
    fmt::print("  {:<15}", factor_name(static_cast<Factor>(factor)));
    for (const FactorLevel& level : study.levels[factor]) fmt::print(" {}", level.text);
    fmt::print("\n");
  }
  const TaskInfo task = shared_task(study.task)->info();
  fmt::print("  {:<15} {} ({} conditions; trials of {} steps of {} ms)\n", "task", study.task, task.conditions.size(),
             task.n_steps, task.dt_ms);
  fmt::print("\nmeasured on this machine, one core:\n");
  std::map<std::string, TrainingCost> measured;  // one measurement per rule and architecture
  std::size_t most_bytes = 0;
  std::vector<double> seconds;
  double total = 0;
  for (const Run& run : design.runs) {
    const std::string kind = level_of(study, run, Factor::rule).text + " | " +
                             level_of(study, run, Factor::architecture).text;
    if (!measured.contains(kind)) {
      const TrainingCost cost = measured[kind] = measured_cost(study, run);
      most_bytes = std::max(most_bytes, cost.bytes);
      fmt::print("  {}: {:.2f} ms per update\n", kind, 1e3 * cost.seconds_per_update);
    }
    seconds.push_back(measured[kind].seconds_per_update * static_cast<double>(study.training.updates));
    total += seconds.back();
  }
  fmt::print("\ntraining: {} of processor time, {} on {} rank{}\n", duration_text(total),
             duration_text(makespan(seconds, n_ranks)), n_ranks, n_ranks == 1 ? "" : "s");
  const Schema schema = study_schema(study, design, Analyses(study, design).schema());
  fmt::print("results file: {}\n", bytes_text(static_cast<double>(storage_bytes(schema))));
  fmt::print("memory per rank: about {}\n", bytes_text(static_cast<double>(estimated_memory(study, design, most_bytes))));
  return kAllDone;
}

}  // namespace cohort::app
