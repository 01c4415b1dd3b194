#include "batch_file.hpp"
#include "commands.hpp"
#include "estimate.hpp"
#include "resume_report.hpp"
#include "slurm_time.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/text.hpp>
#include <cohort/report/write_file.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/study/run_executor.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>

namespace cohort::app {
namespace {

struct Arguments {
  std::string study, output, time, site;
  std::vector<std::string> run_options;
  int nodes = 1, ranks_per_node = 0;
  bool is_dry = false;
};

/// What a study takes, in seconds and bytes.
struct Estimate {
  std::size_t n_runs = 0, n_kept = 0;
  double training = 0, analyses = 0;  ///< processor time
  double wall = 0;                    ///< of all on so many ranks
  double memory = 0, file = 0;
};

std::string absolute(const std::string& path) { return std::filesystem::absolute(path).lexically_normal().string(); }

/// What a command prints, one line; empty when it fails or is not there.
std::string answer_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  char line[4096] = {};
  const bool has_line = std::fgets(line, sizeof line, pipe) != nullptr;
  while (std::fgetc(pipe) != EOF) {
  }
  const int code = pclose(pipe);
  std::string text = has_line && WIFEXITED(code) && WEXITSTATUS(code) == 0 ? line : "";
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  return text;
}

/// Lines of the site file that sbatch reads.
std::vector<std::string> option_lines(const std::string& site) {
  std::vector<std::string> lines;
  if (site.empty()) return lines;
  std::ifstream file(site);
  if (!file) throw UserError("cannot be read", "a site file, as jobs/site.sh, is needed", "", {site});
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("#SBATCH ")) lines.push_back(line);
  return lines;
}

/// Processors of a node, those of the partition that the site file names.
int processors_of_node(const std::vector<std::string>& options) {
  std::string partition;
  for (const std::string& line : options)
    if (const auto at = line.find("--partition="); at != std::string::npos) partition = line.substr(at + 12);
  const bool is_name = std::all_of(partition.begin(), partition.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == ',';
  });
  const std::string choice = !partition.empty() && is_name ? " -p " + partition : "";
  const int n = std::atoi(answer_of("sinfo -h -o %c" + choice + " 2>/dev/null").c_str());  // "32", "32+": at least
  return n > 0 ? n : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

Estimate estimate_of(const Arguments& arguments, const Study& study, int n_ranks) {
  Design design = expand(study);
  check_runs(study, design, TooLarge::skip);
  const ResumeReport resume = resume_report(arguments.output, study, design);
  const TrainingTimes times = measured_times(study, design);
  const Analyses all(study, design);
  const AnalysesTime analyses = measured_analyses(study, design, all, n_ranks);
  const std::vector<double> seconds = seconds_of_runs(study, resume.kept, times);
  Estimate estimate;
  estimate.n_runs = design.size();
  estimate.n_kept = design.size() - seconds.size();
  estimate.training = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  estimate.analyses = analyses.processor;
  estimate.wall = makespan(seconds, n_ranks) + analyses.wall;
  estimate.memory = static_cast<double>(estimated_memory(study, design, times.most_bytes()));
  estimate.file = static_cast<double>(storage_bytes(study_schema(study, design, all.schema())));
  return estimate;
}

/// Twice what is expected, from a quarter of an hour to a day: more than that one job need not take, for it goes on.
double seconds_asked_for(const Estimate& estimate) { return std::clamp(2 * estimate.wall + 300, 900.0, 86400.0); }

/// As SLURM reads it, in whole minutes.
std::string slurm_text(double seconds) {
  const auto minutes = static_cast<long long>(std::ceil(seconds / 60));
  return fmt::format("{}:{:02}:00", minutes / 60, minutes % 60);
}

/// With room for what was not thought of: too little kills the job, too much costs nothing on a node of its own.
std::string memory_text(const Estimate& estimate) {
  return fmt::format("{}M", static_cast<long long>(std::ceil((1.5 * estimate.memory + 2e8) / 1e8)) * 100);
}

/// A name that any shell and file system takes.
std::string job_name(std::string name) {
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.') c = '_';
  return name;
}

BatchFile filled(const Arguments& arguments, const Study& study, const std::vector<std::string>& site_options,
                 const Estimate& estimate, const std::string& time) {
  BatchFile batch;
  batch.set_option("--job-name", job_name(study.name));
  batch.set_option("--nodes", fmt::format("{}", arguments.nodes));
  batch.set_option("--ntasks-per-node", fmt::format("{}", arguments.ranks_per_node));
  batch.set_option("--mem-per-cpu", memory_text(estimate));
  batch.set_option("--time", time);
  for (const std::string& line : site_options) batch.add_option_line(line);
  batch.set_variable("program", std::filesystem::read_symlink("/proc/self/exe").string());
  batch.set_variable("site", arguments.site.empty() ? "" : absolute(arguments.site));
  batch.set_variable("study", absolute(arguments.study));
  batch.set_variable("results", absolute(arguments.output));
  batch.take_options_only(arguments.run_options);
  return batch;
}

void print_estimate(const Arguments& arguments, const Study& study, const Estimate& estimate, const std::string& time,
                    double seconds) {
  const int n_ranks = arguments.nodes * arguments.ranks_per_node;
  fmt::print("{}: {} runs, {} to train into {}\n", study.name, estimate.n_runs, estimate.n_runs - estimate.n_kept,
             arguments.output);
  fmt::print("{} node{} with {} rank{} each: about {} for training ({} of processor time) and analyses ({})\n",
             arguments.nodes, arguments.nodes == 1 ? "" : "s", arguments.ranks_per_node,
             arguments.ranks_per_node == 1 ? "" : "s", duration_text(estimate.wall), duration_text(estimate.training),
             duration_text(estimate.analyses));
  fmt::print("memory per rank: about {}; results file: {}\n", bytes_text(estimate.memory), bytes_text(estimate.file));
  if (const auto n_open = estimate.n_runs - estimate.n_kept; n_open > 0 && static_cast<std::size_t>(n_ranks) > n_open)
    fmt::print("{} ranks are more than the {} runs to train: in training {} of them will be idle\n", n_ranks, n_open,
               static_cast<std::size_t>(n_ranks) - n_open);
  if (estimate.wall > seconds)
    fmt::print("longer than the {} of one job: it goes back into the queue about {:.0f} times, and goes on\n", time,
               std::floor(estimate.wall / seconds));
}

void hand_over(const std::string& file) {
  const std::string number = answer_of("sbatch --parsable '" + file + "'");
  if (number.empty())
    throw UserError("sbatch did not take the job", "see what it said; or this is no host of a SLURM cluster",
                    fmt::format("Submit it by hand: sbatch {}", file), {file});
  fmt::print("submitted: job {}; squeue -j {} shows it, cohort status RESULTS how far it is\n", number, number);
}

int submit(Arguments arguments) {
  const Study study = read_study(arguments.study);
  if (arguments.output.empty()) arguments.output = job_name(study.name) + ".h5";
  const std::vector<std::string> site_options = option_lines(arguments.site);
  const std::string file = arguments.output + ".sbatch";
  if (file.find('\'') != std::string::npos) throw UserError("the name of the results holds a quote", "", "", {file});
  if (arguments.ranks_per_node == 0) arguments.ranks_per_node = processors_of_node(site_options);
  if (!arguments.time.empty() && slurm_seconds(arguments.time, "--time") < 60)
    throw UserError("--time is less than a minute", "a job needs time to save what it does");
  const Estimate estimate = estimate_of(arguments, study, arguments.nodes * arguments.ranks_per_node);
  const std::string time = arguments.time.empty() ? slurm_text(seconds_asked_for(estimate)) : arguments.time;
  print_estimate(arguments, study, estimate, time, slurm_seconds(time, "--time"));
  const BatchFile batch = filled(arguments, study, site_options, estimate, time);
  fmt::print("\n--- {}\n{}---\n\n", file, batch.text());
  if (arguments.is_dry) {
    fmt::print("--dry-run: nothing was written or submitted\n");
    return kAllDone;
  }
  write_file(file, batch.text());
  std::fflush(stdout);
  hand_over(file);
  return kAllDone;
}

}  // namespace

Command add_submit(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words =
      add_words(program, {"submit",
                          "hand a study to SLURM, as a job that goes on until the study is done",
                          {"cohort submit study.toml --nodes 4 --site site.sh --dry-run",
                           "cohort submit study.toml -o results.h5 --nodes 4 --time 12:00:00 --site site.sh"},
                          {{kAllDone, "the job is in the queue, or was shown (--dry-run)"}}});
  words->add_option("STUDY", arguments->study, "study file (TOML)")->required();
  words->add_option("OPTIONS", arguments->run_options, "options of cohort run, behind --: -- --run-deadline 6:00:00");
  words->add_option("-o,--output", arguments->output, "results file (default: the study's name with .h5, here)");
  words->add_option("--nodes", arguments->nodes, "number of nodes (default: 1)")->check(CLI::Range(1, 100000));
  words->add_option("--ranks-per-node", arguments->ranks_per_node, "default: one for each processor of a node")
      ->check(CLI::Range(1, 100000));
  words->add_option(
      "--time", arguments->time,
      "time limit of one job (D-H:M:S; default: twice what the study is expected to take, a day at most)");
  words->add_option("--site", arguments->site, "what is particular to the cluster, see jobs/site.sh");
  words->add_flag("--dry-run", arguments->is_dry, "show the batch file, and submit nothing");
  return {words, [arguments] { return submit(*arguments); }};
}

}  // namespace cohort::app
