#include "commands.hpp"
#include "estimate.hpp"
#include "resume_report.hpp"

#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/stored_study.hpp>
#include <cohort/cluster/simulated_job.hpp>
#include <cohort/core/text.hpp>
#include <cohort/recordings/recording_text.hpp>
#include <cohort/report/text_table.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/drawn_pairs.hpp>
#include <cohort/study/ended_state.hpp>
#include <cohort/study/initial_weights.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace cohort::app {
namespace {

/// A factor's levels on one line, a long list shortened.
std::string levels_text(const Study& study, Factor factor) {
  constexpr std::size_t most = 20;
  const std::size_t n = n_levels(study, factor);
  std::string text;
  for (std::size_t level = 0; level < std::min(most, n); ++level) text += " " + level_text(study, factor, level);
  return n > most ? fmt::format("{} ... ({} in all)", text, n) : text;
}

/// With constraints a gain is not the spectral radius, so both are worth seeing.
void print_initial_weights(const Study& study, const Design& design) {
  constexpr std::size_t most_lines = 40;
  std::vector<TextRow> rows{{"architecture", "initialization", "spectral radius", "norm"}};
  for (const InitialWeights& initial : initial_weights(study, design, most_lines)) {
    const auto& [radius, norm] = initial.weights;
    if (std::isnan(norm)) continue;  // no recurrent weights
    rows.push_back({initial.architecture, initial.initialization,
                    std::isnan(radius) ? "-" : fmt::format("{:.3f}", radius), fmt::format("{:.3f}", norm)});
  }
  if (rows.size() > 1) fmt::print("\nrecurrent weights at the start, seed by seed much the same\n{}", text_table(rows));
}

void print_measured(const Study& study, const Design& design, const TrainingTimes& times) {
  constexpr std::size_t most_lines = 40;
  fmt::print("\nmeasured on this machine, one core:\n");
  std::size_t n_lines = 0;
  for (const std::size_t first : times.kinds()) {
    if (!times.is_measured(first) || n_lines++ >= most_lines) continue;
    const Run run = design[first];
    const bool is_made = least_memory(study, run) < machine_memory();
    fmt::print("  {} | {}: {:.2f} ms per update{}\n", level_of(study, run, Factor::rule).text,
               level_of(study, run, Factor::architecture).text, 1e3 * times.seconds_per_update(first),
               is_made ? "" : " if a core does 100 GFLOP/s; too large for this machine, not measured");
  }
  if (times.n_measured() < times.kinds().size())
    fmt::print("  {} of {} kinds of runs; the others are counted from their expected cost\n", times.n_measured(),
               times.kinds().size());
}

void print_analyses(const Analyses& analyses, const AnalysesTime& times, int n_ranks) {
  if (analyses.all().empty()) return;
  std::vector<TextRow> rows{{"analysis", "processor time", ""}};
  for (std::size_t i = 0; i < times.each.size(); ++i)
    rows.push_back({"  " + analyses.all()[i]->name(), duration_text(times.each[i].seconds),
                    times.each[i].is_measured ? "tried on untrained networks" : "counted"});
  fmt::print("analyses: {} of processor time, {} on {} rank{}, if every level is reached\n{}",
             duration_text(times.processor), duration_text(times.wall), n_ranks, n_ranks == 1 ? "" : "s",
             text_table(rows));
}

/// How well so many ranks would be used, and how many would be.
void print_ranks(const std::vector<double>& seconds, const Spread& spread, int n_ranks) {
  constexpr double busy = 0.9;
  if (seconds.empty()) return;
  SimulatedJob job;
  job.n_ranks = n_ranks;
  job.spread = spread.value;
  if (n_ranks > 1) {
    const SimulatedOutcome outcome = simulate_training(seconds, job);
    fmt::print(
        "  simulated, runs differing by {:.0f} % ({}) from what is expected: {}, {:.1f} % of all ranks' time is "
        "work; rank 0 has {:.2g} % of its time for messages\n",
        100 * spread.value, spread.source, duration_text(outcome.seconds), 100 * outcome.efficiency(n_ranks),
        100 * outcome.master_load());
  }
  const int recommended = recommended_ranks(seconds, job, busy);
  fmt::print("  recommended: up to {} rank{}, at least {:.0f} % of whose time is work\n", recommended,
             recommended == 1 ? "" : "s", 100 * busy);
}

/// Which pairs of networks are compared, where it is not all of them.
void print_pairs(const Study& study, const Design& design) {
  const PairChoice& pairs = study.similarity.pairs;
  if (pairs.is_all() || study.similarity.measures.empty()) return;
  const std::size_t n_all = n_all_pairs(design.size());
  if (pairs.kind == PairChoice::Kind::none)
    fmt::print("pairs of networks: none of {} compared\n", n_all);
  else
    fmt::print("pairs of networks: {} of {} compared, drawn by the keys of the runs\n", std::min(pairs.n, n_all),
               n_all);
}

/// What a study that keeps states writes beside its results.
void print_states(const Study& study, const Design& design) {
  if (!study.training.keep_state) return;
  const double all = ended_states_bytes(study, design);
  fmt::print("states of runs that ended: {} beside the results, {} for each run\n", bytes_text(all),
             bytes_text(all / static_cast<double>(design.size())));
}

/// What `cohort analyse` has added to the results, if there are any.
void keep_added(const std::string& output, Study& study) {
  const std::string path = behind_links(output);
  if (!std::filesystem::exists(path)) return;
  ResultsFile file = ResultsFile::open_serial(path);
  cohort::keep_added(file, study);
}

int plan(const std::string& path, const std::string& output, int n_ranks) {
  Study study = read_study(path);
  if (!output.empty()) keep_added(output, study);
  Design design = expand(study);
  check_runs(study, design, TooLarge::skip);
  ResumeReport resume{std::vector<bool>(design.size(), false), {}};
  if (!output.empty()) resume = resume_report(output, study, design);
  fmt::print("{}: {} runs\n", study.name, design.size());
  for (int factor = 0; factor < n_factors; ++factor) {
    fmt::print("  {:<15}{}\n", factor_name(static_cast<Factor>(factor)),
               levels_text(study, static_cast<Factor>(factor)));
  }
  const TaskInfo task = shared_task(study.task)->info();
  fmt::print("  {:<15} {} ({} conditions; trials of {} steps of {} ms)\n", "task", study.task, task.conditions.size(),
             task.n_steps, task.dt_ms);
  for (std::size_t i = 0; i < study.kept_recordings.size(); ++i)
    fmt::print("  {:<15} {}: {}{}\n", "recording", study.similarity.recording_names[i],
               size_text(*study.kept_recordings[i]), trials_text(*study.kept_recordings[i]));
  for (const std::string& line : resume.lines) fmt::print("{}{}\n", &line == &resume.lines.front() ? "\n" : "", line);
  for (const std::string& warning : study_warnings(study)) fmt::print("warning: {}\n", warning);
  print_initial_weights(study, design);
  const TrainingTimes times = measured_times(study, design);
  print_measured(study, design, times);
  const std::vector<double> seconds = seconds_of_runs(study, resume.kept, times);
  fmt::print("\ntraining: {} of processor time, {} on {} rank{}\n",
             duration_text(std::accumulate(seconds.begin(), seconds.end(), 0.0)),
             duration_text(makespan(seconds, n_ranks)), n_ranks, n_ranks == 1 ? "" : "s");
  print_ranks(seconds, measured_spread(output), n_ranks);
  const Analyses analyses(study, design);
  print_pairs(study, design);
  print_analyses(analyses, measured_analyses(study, design, analyses, n_ranks), n_ranks);
  const Schema schema = study_schema(study, design, analyses.schema());
  const StorageCost cost = storage_cost(schema);
  fmt::print("results file: {}\n  {} for each run{}\n", bytes_text(static_cast<double>(storage_bytes(schema))),
             bytes_text(static_cast<double>(cost.per_run)),
             cost.per_pair == 0
                 ? ""
                 : fmt::format(", {} for each pair of runs", bytes_text(2 * static_cast<double>(cost.per_pair))));
  print_states(study, design);
  fmt::print("memory per rank: about {}\n",
             bytes_text(static_cast<double>(estimated_memory(study, design, times.most_bytes()))));
  for (const std::string& line : analyses.warnings()) fmt::print("warning: {}\n", line);
  return kAllDone;
}

}  // namespace

Command add_plan(CLI::App& program) {
  struct Arguments {
    std::string study, output;
    int n_ranks = 1;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(program, {"plan",
                                        "expand and check a study; estimate time, disk and memory",
                                        {"cohort plan study.toml -n 64", "cohort plan study.toml -o results.h5"},
                                        {{kAllDone, "the study can be run"}}});
  words->add_option("STUDY", arguments->study, "study file (TOML)")->required();
  words->add_option("-o,--output", arguments->output, "results file: say what a resume would keep of it");
  words->add_option("-n,--ranks", arguments->n_ranks, "number of ranks")->check(CLI::Range(1, 1000000));
  return {words, [arguments] { return plan(arguments->study, arguments->output, arguments->n_ranks); }};
}

}  // namespace cohort::app
