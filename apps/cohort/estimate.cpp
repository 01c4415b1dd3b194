#include "estimate.hpp"

#include <cohort/analysis/untrained_runs.hpp>
#include <cohort/core/cpu_clock.hpp>
#include <cohort/study/run_executor.hpp>

#include <algorithm>
#include <chrono>

namespace cohort::app {

TrainingTimes measured_times(const Study& study, const Design& design) {
  constexpr double patience = 6;  // seconds of processor time; on a crowded machine that is longer, but not endless
  const double begin = thread_cpu_seconds();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(12);
  const TrainingFlops flops(study, design);
  const auto measured = [&, flops](std::size_t run) -> TrainingCost {
    if (least_memory(study, design[run]) < machine_memory()) return measured_cost(study, design[run]);
    constexpr double nominal = 1e11;  // operations per second, of a core that nobody has asked
    return {flops[run] / static_cast<double>(study.training.updates) / nominal,
            static_cast<std::size_t>(least_memory(study, design[run]))};
  };
  return {design, flops, measured,
          [&] { return thread_cpu_seconds() - begin < patience && std::chrono::steady_clock::now() < deadline; }};
}

std::vector<double> seconds_of_runs(const Study& study, const std::vector<bool>& kept, const TrainingTimes& times) {
  std::vector<double> seconds;
  for (std::size_t run = 0; run < kept.size(); ++run)
    if (!kept[run]) seconds.push_back(times.seconds_per_update(run) * static_cast<double>(study.training.updates));
  return seconds;
}

AnalysesTime measured_analyses(const Study& study, const Design& design, const Analyses& analyses, int n_ranks) {
  constexpr double most_seconds = 6;  // for all of them
  AnalysesTime times;
  if (analyses.all().empty()) return times;
  const UntrainedRuns runs(study, design);
  const double patience = most_seconds / 3 / static_cast<double>(analyses.all().size());
  for (const auto& analysis : analyses.all()) {
    times.each.push_back(measured_time(*analysis, runs, patience));
    times.processor += times.each.back().seconds;
    times.wall += std::max(times.each.back().longest_item, times.each.back().seconds / n_ranks);
  }
  return times;
}

}  // namespace cohort::app
