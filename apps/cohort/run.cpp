#include "commands.hpp"
#include "path_for_all.hpp"
#include "stop_signals.hpp"

#include <cohort/cluster/broadcast.hpp>
#include <cohort/cluster/exit_code.hpp>
#include <cohort/cluster/mpi_session.hpp>
#include <cohort/cluster/run_study.hpp>
#include <cohort/cluster/shared_study.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/log.hpp>
#include <cohort/report/closing_tables.hpp>
#include <cohort/report/status_text.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/run_executor.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace cohort::app {
namespace {

struct Arguments {
  std::string study;
  std::string output;
  std::string order = "longest";
};

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

Scheduler::Order order_called(const std::string& name) {
  if (name == "listed") return Scheduler::Order::listed;
  return name == "reversed" ? Scheduler::Order::reversed : Scheduler::Order::longest_first;
}

/// The study's name with .h5, in this folder whatever the name holds.
std::string default_output(std::string name) {
  for (char& c : name)
    if (c == '/') c = '_';
  return name + ".h5";
}

void print_results(const std::string& path, bool has_stopped) {
  ResultsFile file = ResultsFile::open_serial(path);
  fmt::print("{}", status_text(progress_of(file)));
  if (has_stopped) {
    fmt::print("{}", stop_text());
  } else {
    fmt::print("\n{}\nresults: {}\n", closing_tables(summary_of(file)), path);
  }
}

int run(Arguments arguments, const MpiSession& session) {
  const MPI_Comm comm = session.communicator();
  for (std::string* argument : {&arguments.study, &arguments.output, &arguments.order}) broadcast(comm, *argument);
  const Study study = read_study_together(arguments.study, comm);
  Design design;
  together(comm, [&] {
    design = expand(study);
    if (session.rank() == 0) check_runs(study, design);
  });
  agree_on_design(study, design, comm);
  if (session.rank() == 0)
    for (const std::string& warning : study_warnings(study)) log(LogLevel::warning, warning);
  const std::string path = path_for_all(arguments.output.empty() ? default_output(study.name) : arguments.output, comm);
  RunStudyOptions options;
  options.order = order_called(arguments.order);
  options.stop_requested = is_stop_requested;
  const RunStudyOutcome outcome = run_study(study, design, path, comm, options);
  if (session.rank() == 0) print_results(path, outcome.stopped);
  if (outcome.stopped) return kStoppedEarly;
  return outcome.n_failed + outcome.n_failed_items > 0 ? kSomeFailed : kAllDone;
}

/// Starts MPI, and is told which errors all ranks agreed on.
int run_with_mpi(const Arguments& arguments) {
  watch_stop_signals();
  const MpiSession session;
  if (session.rank() != 0) set_log_level(LogLevel::warning);
  return exit_code_of(session, [&] {
    together(session.communicator(), [&] { refuse_singletons(session.size()); });
    return run(arguments, session);
  });
}

}  // namespace

Command add_run(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(
      program, {"run",
                "train what is missing, then analyse; alone or under mpirun",
                {"cohort run study.toml -o results.h5", "mpirun -n 64 cohort run study.toml -o results.h5"},
                {{kAllDone, "all is done; runs that diverged are results, and listed"},
                 {kSomeFailed, "finished, but some runs or items of analyses failed, and are listed"},
                 {kStoppedEarly, "stopped early on purpose (SIGTERM, SIGUSR1): run the same command again"}}});
  words->add_option("STUDY", arguments->study, "study file (TOML)")->required();
  words->add_option("-o,--output", arguments->output,
                    "results file (default: the study's name with .h5, here; / becomes _)");
  words->add_option("--order", arguments->order, "which runs come first")
      ->check(CLI::IsMember({"longest", "listed", "reversed"}));
  return {words, [arguments] { return run_with_mpi(*arguments); }, CalledBy::all};
}

}  // namespace cohort::app
