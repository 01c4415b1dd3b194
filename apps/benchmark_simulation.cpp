// What a job of very many ranks or runs would be like: the real master hands out runs to ranks that only pass time.
//
//   benchmark_simulation [STUDY.toml]      a minute; with a study its results file for so many seeds, too
//
// Runs take a minute to half an hour (eight kinds, ten minutes on average), each differing by 10 % from what is
// expected; 2 % of the ranks are slow by half. Deaths: 1 % of the workers, one after the other, each of which ends the
// job, or, under mpirun --enable-recovery, leaves the others at work until the analyses.
#include <cohort/analysis/analyses.hpp>
#include <cohort/cluster/scheduler.hpp>
#include <cohort/cluster/simulated_job.hpp>
#include <cohort/core/cpu_clock.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/text.hpp>
#include <cohort/report/text_table.hpp>
#include <cohort/store/schema.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/study.hpp>
#include <cohort/study/training_cost.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace cohort {
namespace {

std::vector<double> times_of_runs(std::size_t n_runs) {
  constexpr double kinds[] = {60, 120, 240, 480, 600, 700, 800, 1800};  // seconds
  std::vector<double> seconds(n_runs);
  for (std::size_t run = 0; run < n_runs; ++run) seconds[run] = kinds[run * 8 / n_runs];
  return seconds;
}

SimulatedJob job_of(int n_ranks) {
  SimulatedJob job;
  job.n_ranks = n_ranks;
  job.straggling = 0.02;
  job.timing.start = 0;
  job.timing.latecoming = 5;
  return job;
}

void print_training() {
  std::vector<TextRow> rows{{"runs", "ranks", "time", "work, %", "with deaths, %", "starts", "recovering, %",
                             "messages/s", "rank 0 for them, %", "simulated in, us/run"}};
  for (const std::size_t n_runs : {1'000U, 10'000U, 100'000U, 1'000'000U})
    for (const int n_ranks : {16, 64, 256, 1024, 4096}) {
      const std::vector<double> seconds = times_of_runs(n_runs);
      SimulatedJob job = job_of(n_ranks);
      const double begin = thread_cpu_seconds();
      const SimulatedOutcome whole = simulate_training(seconds, job);
      const double spent = thread_cpu_seconds() - begin;
      job.deaths = 0.01;
      const SimulatedOutcome dying = simulate_training(seconds, job);
      job.recovers = true;
      const SimulatedOutcome recovering = simulate_training(seconds, job);
      rows.push_back({fmt::format("{}", n_runs), fmt::format("{}", n_ranks), duration_text(whole.seconds),
                      fmt::format("{:.1f}", 100 * whole.efficiency(n_ranks)),
                      fmt::format("{:.1f}", 100 * dying.efficiency(n_ranks)), fmt::format("{}", dying.n_starts),
                      fmt::format("{:.1f}", 100 * recovering.efficiency(n_ranks)),
                      fmt::format("{:.2g}", static_cast<double>(whole.n_messages) / whole.seconds),
                      fmt::format("{:.2g}", 100 * whole.master_load()),
                      fmt::format("{:.2f}", 1e6 * spent / static_cast<double>(n_runs))});
    }
  fmt::print("training\n{}\n", text_table(rows));
}

/// How short runs may be before rank 0 is what they wait for.
void print_short_runs() {
  std::vector<TextRow> rows{{"runs of", "ranks", "work, %", "rank 0 for them, %"}};
  for (const double seconds : {10.0, 1.0, 0.1})
    for (const int n_ranks : {256, 1024, 4096}) {
      SimulatedJob job = job_of(n_ranks);
      job.timing.latecoming = 0;
      const SimulatedOutcome outcome =
          simulate_training(std::vector<double>(100 * static_cast<std::size_t>(n_ranks), seconds), job);
      rows.push_back({duration_text(seconds), fmt::format("{}", n_ranks),
                      fmt::format("{:.1f}", 100 * outcome.efficiency(n_ranks)),
                      fmt::format("{:.2g}", 100 * outcome.master_load())});
    }
  fmt::print("training of short runs, 100 for each rank\n{}\n", text_table(rows));
}

void print_analyses() {
  std::vector<TextRow> rows{{"items of 2 s", "ranks", "time", "work, %", "rounds"}};
  for (const std::size_t n_items : {10'000U, 100'000U})
    for (const int n_ranks : {16, 256, 1024, 4096}) {
      const SimulatedOutcome outcome =
          simulate_analysis(std::vector<double>(n_items, 2.0), similarity_tile * similarity_tile, job_of(n_ranks));
      rows.push_back({fmt::format("{}", n_items), fmt::format("{}", n_ranks), duration_text(outcome.seconds),
                      fmt::format("{:.1f}", 100 * outcome.efficiency(n_ranks)), fmt::format("{}", outcome.n_rounds)});
    }
  fmt::print("an analysis, in rounds\n{}\n", text_table(rows));
}

/// What rank 0 knows of the runs.
void print_memory(std::optional<Study> study) {
  std::vector<TextRow> rows{{"runs", "scheduler, MB", "design, MB", "results file"}};
  const std::size_t n_seeds = study ? study->seeds.size() : 1, n_combinations = study ? expand(*study).size() : 1;
  for (const std::size_t n_runs : {1'000U, 10'000U, 100'000U, 1'000'000U}) {
    const std::size_t before = heap_in_use();
    const Scheduler scheduler([](std::size_t item) { return static_cast<double>(item % 8); },
                              std::vector<bool>(n_runs, true), Scheduler::Order::longest_first);
    const std::size_t of_scheduler = heap_in_use() - before;
    TextRow row{fmt::format("{}", n_runs), fmt::format("{:.1f}", static_cast<double>(of_scheduler) / 1e6), "-", "-"};
    if (study) {
      study->seeds.resize(std::max<std::size_t>(1, n_runs * n_seeds / n_combinations));
      std::iota(study->seeds.begin(), study->seeds.end(), 0);
      const std::size_t start = heap_in_use();
      const Design design = expand(*study);
      row[2] = fmt::format("{:.1f}", static_cast<double>(heap_in_use() - start) / 1e6);
      row[3] = bytes_text(static_cast<double>(storage_bytes(study_schema(*study, design, {}))));
      row[0] = fmt::format("{}", design.size());
    }
    rows.push_back(row);
  }
  fmt::print("what rank 0 holds of the runs{}\n{}", study ? ", and the file without its analyses" : "",
             text_table(rows));
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  using namespace cohort;
  try {
    print_training();
    print_short_runs();
    print_analyses();
    print_memory(argc > 1 ? std::optional(read_study(argv[1])) : std::nullopt);
  } catch (const UserError& error) {
    std::fprintf(stderr, "benchmark_simulation: %s\n", error.what());
    return 2;
  }
  return 0;
}
