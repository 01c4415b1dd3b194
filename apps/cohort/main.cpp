// One program, subcommands: parses the command line, calls one function, turns exceptions into exit codes.

#include "commands.hpp"
#include "cpu_check.hpp"

#include <cohort/cluster/exit_code.hpp>
#include <cohort/cluster/mpi_session.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/log.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace cohort;

/// A wrong srun starts many jobs of one rank on the same file instead of one job of many.
void refuse_singletons(int size) {
  const char* wanted = std::getenv("SLURM_NTASKS");
  const char* step = std::getenv("SLURM_STEP_ID");  // set inside srun, not by mpirun's launch of this shell
  const char* launched = std::getenv("OMPI_COMM_WORLD_SIZE");
  if (!wanted || !step || launched || size != 1 || std::atoi(wanted) <= 1) return;
  throw UserError(std::string("SLURM gave this step ") + wanted + " tasks, but MPI sees one",
                  "srun was started without MPI support, so each task would be a job of its own",
                  "Use mpirun, or srun --mpi=pmix.");
}

/// This process's number among those that were launched together, known before MPI starts.
int launched_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "SLURM_PROCID"})
    if (const char* rank = std::getenv(name)) return std::atoi(rank);
  return 0;
}

/// What is wrong with the command line, in one line.
UserError explained(const CLI::App& program, const CLI::ParseError& error, const char* first_word) {
  const auto parsed = program.get_subcommands();
  std::vector<std::string> commands;
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  if (parsed.empty() && first_word && first_word[0] != '-')
    return UserError(fmt::format("unknown command '{}'", first_word),
                     fmt::format("known: {}", fmt::join(commands, ", ")), did_you_mean(first_word, commands));
  if (parsed.empty())
    return UserError("a command is needed", fmt::format("known: {}", fmt::join(commands, ", ")), "See cohort --help.");
  const CLI::App& command = *parsed.front();
  const std::string help = fmt::format("See cohort {} --help.", command.get_name());
  std::vector<std::string> options;
  for (const CLI::Option* option : command.get_options()) options.push_back(option->get_name());
  for (const std::string& word : command.remaining()) {
    if (!word.starts_with("-")) continue;
    const std::string meant = did_you_mean(word, options);
    return UserError(fmt::format("{} has no option {}", command.get_name(), word), "", meant.empty() ? help : meant);
  }
  return UserError(error.what(), "", help);
}

/// Calls `command` in a process that has no MPI and turns what it throws into an exit code.
int exit_code_of(const std::function<int()>& command) {
  try {
    return command();
  } catch (const UserError& error) {
    std::fprintf(stderr, "cohort: %s\n", error.what());
    return kUserError;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cohort: %s\n", error.what());
    return kInternalError;
  }
}

}  // namespace

int main(int argc, char** argv) {
  cohort::app::check_instruction_set();
  CLI::App program("Factorial studies of how networks learn.", "cohort");
  program.set_version_flag("--version", cohort::build_summary());
  program.require_subcommand(1);

  cohort::app::RunArguments run_arguments;
  auto* run = program.add_subcommand("run", "train what is missing, then analyse; alone or under mpirun");
  run->add_option("STUDY", run_arguments.study, "study file (TOML)")->required();
  run->add_option("-o,--output", run_arguments.output, "results file (default: the study's name with .h5, here)");
  run->add_option("--order", run_arguments.order, "which runs come first")
      ->check(CLI::IsMember({"longest", "listed", "reversed"}));

  std::string study;
  int n_ranks = 1;
  auto* plan = program.add_subcommand("plan", "expand and check a study; estimate time, disk and memory");
  plan->add_option("STUDY", study, "study file (TOML)")->required();
  plan->add_option("-n,--ranks", n_ranks, "number of ranks")->check(CLI::Range(1, 1000000));

  std::string results;
  auto* status = program.add_subcommand("status", "progress of a results file, also while its job runs");
  status->add_option("RESULTS", results, "results file (HDF5)")->required();
  auto* verify = program.add_subcommand("verify", "check that every run is there and unharmed");
  verify->add_option("RESULTS", results, "results file (HDF5)")->required();

  std::string kind;
  auto* list = program.add_subcommand("list", "what a study can name, with parameters and references");
  list->add_option("KIND", kind, "rules, cells, initializations, tasks, optimizers, regularizers or measures")
      ->required();
  bool is_long = false, is_markdown = false;
  list->add_flag("--long", is_long, "also what a rule keeps of the gradient, its cost and the cells it serves");
  list->add_flag("--markdown", is_markdown, "as a table for documents");

  cohort::app::TaskArguments task_arguments;
  auto* task = program.add_subcommand("task", "show some training trials of a task: summary, picture, page or arrays");
  task->add_option("NAME", task_arguments.name, "task, as in a study: name/parameter=value,...")->required();
  task->add_option("--trials", task_arguments.n_trials, "how many (default: 4)")->check(CLI::Range(1, 1000000));
  task->add_option("--seed", task_arguments.seed, "other seed, other trials (default: 0)")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  task->add_option("--png", task_arguments.png, "write a picture");
  task->add_option("--html", task_arguments.html, "write a page with the picture and tables");
  task->add_option("--npy", task_arguments.npy, "write NumPy arrays into this folder, for the task from_file");

  auto* gradients =
      program.add_subcommand("check-gradients", "each rule of a study against finite differences and bptt");
  gradients->add_option("STUDY", study, "study file (TOML)")->required();

  std::string a, b;
  std::vector<std::string> measures{"procrustes"};
  auto* compare = program.add_subcommand("compare", "similarity of two recordings or representations (.npy)");
  compare->add_option("A", a, ".npy: 3-D is [units, time, conditions], 2-D is [samples, units]")->required();
  compare->add_option("B", b, "the same samples, any number of units")->required();
  compare->add_option("--measure", measures, "measures, see: cohort list measures");

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (launched_rank() != 0) return cohort::kAllDone;  // a failure here could end rank 0 before it has answered
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    return exit_code_of([&]() -> int { throw explained(program, error, argc > 1 ? argv[1] : nullptr); });
  }

  // Only `run` needs MPI; the others must work on a login node where MPI may not start. Under mpirun one answers.
  if (run->parsed()) {
    cohort::app::watch_stop_signals();
    const MpiSession session;
    if (session.rank() != 0) cohort::set_log_level(cohort::LogLevel::warning);
    return cohort::exit_code_of(session, [&] {
      together(session.communicator(), [&] { refuse_singletons(session.size()); });
      return cohort::app::run(run_arguments, session);
    });
  }
  if (launched_rank() != 0) return cohort::kAllDone;
  return exit_code_of([&] {
    if (plan->parsed()) return cohort::app::plan(study, n_ranks);
    if (status->parsed()) return cohort::app::status(results);
    if (verify->parsed()) return cohort::app::verify(results);
    if (task->parsed()) return cohort::app::task(task_arguments);
    if (gradients->parsed()) return cohort::app::check_gradients(study);
    if (list->parsed())
      return cohort::app::list(kind, is_markdown ? cohort::app::ListFormat::markdown
                                     : is_long   ? cohort::app::ListFormat::full
                                                 : cohort::app::ListFormat::brief);
    return cohort::app::compare(a, b, measures);
  });
}
