#include "estimate.hpp"

#include <cohort/analysis/untrained_runs.hpp>
#include <cohort/core/cpu_clock.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/study/run_executor.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <numeric>
#include <utility>

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

Spread measured_spread(const std::string& results) {
  constexpr std::size_t few = 10;
  const std::string path = results.empty() ? results : behind_links(results);
  if (path.empty() || !std::filesystem::exists(path)) return {};
  ResultsFile file = ResultsFile::open_serial(path);
  const auto rule = file.read<std::int32_t>("/design/rule"), cell = file.read<std::int32_t>("/design/architecture");
  std::map<std::pair<std::int32_t, std::int32_t>, std::vector<double>> times;  // logarithms, by kind
  const auto states = RunTable(file).read_states();
  for (std::size_t run = 0; run < states.size(); ++run)
    if (states[run].status == RunStatus::done && states[run].wall_seconds > 0)
      times[{rule[run], cell[run]}].push_back(std::log(states[run].wall_seconds));
  double squares = 0;
  std::size_t n = 0;
  for (const auto& [kind, logarithms] : times) {
    const double mean =
        std::accumulate(logarithms.begin(), logarithms.end(), 0.0) / static_cast<double>(logarithms.size());
    for (const double one : logarithms) squares += (one - mean) * (one - mean);
    n += logarithms.size() - 1;
  }
  if (n < few) return {};
  return {std::sqrt(squares / static_cast<double>(n)), "measured"};
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
