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

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace cohort::app {
namespace {

struct Arguments {
  std::string study;
  std::string output;
  std::string order = "longest";
  std::string shard;
  std::string time_left;
  double save_every = 300;  ///< seconds
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

/// "2/20": the second of twenty.
Shard shard_called(const std::string& text) {
  Shard shard;
  if (text.empty()) return shard;
  char end = 0;
  const bool is_read = std::sscanf(text.c_str(), "%zu/%zu%c", &shard.number, &shard.count, &end) == 2;
  if (!is_read || text.find('-') != std::string::npos || shard.number < 1 || shard.number > shard.count)
    throw UserError(fmt::format("--shard '{}' is no share", text), "i/N is needed, i from 1 to N",
                    "Write 1/4, 2/4, 3/4 and 4/4 for four shares.");
  return shard;
}

/// The study's name with .h5, in this folder whatever the name holds.
std::string default_output(std::string name) {
  for (char& c : name)
    if (c == '/') c = '_';
  return name + ".h5";
}

void print_results(const std::string& path, const RunStudyOutcome& outcome) {
  ResultsFile file = ResultsFile::open_serial(path);
  fmt::print("{}", status_text(progress_of(file)));
  if (outcome.stopped) {
    fmt::print("{}", stop_text(outcome.stop_reason));
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
  RunStudyOptions options;
  together(comm, [&] { options.shard = shard_called(arguments.shard); });
  std::string output = arguments.output.empty() ? default_output(study.name) : arguments.output;
  if (options.shard.count > 1) output += fmt::format(".shard-{}-of-{}", options.shard.number, options.shard.count);
  const std::string path = path_for_all(output, comm);
  options.order = order_called(arguments.order);
  options.stop = stop_options(arguments.time_left);
  options.save_every = std::chrono::duration<double>(arguments.save_every);
  const RunStudyOutcome outcome = run_study(study, design, path, comm, options);
  if (session.rank() == 0) print_results(path, outcome);
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
  CLI::App* words =
      add_words(program, {"run",
                          "train what is missing, then analyse; alone or under mpirun",
                          {"cohort run study.toml -o results.h5", "mpirun -n 64 cohort run study.toml -o results.h5"},
                          {{kAllDone, "all is done; runs that diverged are results, and listed"},
                           {kSomeFailed, "finished, but some runs or items of analyses failed, and are listed"},
                           {kStoppedEarly,
                            "stopped early on purpose (SIGTERM, SIGUSR1, --time-left, a file RESULTS.stop): run "
                            "the same command again"}}});
  words->add_option("STUDY", arguments->study, "study file (TOML)")->required();
  words->add_option("-o,--output", arguments->output,
                    "results file (default: the study's name with .h5, here; / becomes _)");
  words->add_option("--order", arguments->order, "which runs come first")
      ->check(CLI::IsMember({"longest", "listed", "reversed"}));
  words->add_option("--shard", arguments->shard,
                    "i/N: train this share of the runs only, into RESULTS.shard-i-of-N, without analyses; see merge");
  add_time_left(*words, arguments->time_left);
  words
      ->add_option("--save-every", arguments->save_every,
                   "seconds between two saves of a run under way, in RESULTS.running (default: 300)")
      ->check(CLI::Range(0.0, 1e6));
  return {words, [arguments] { return run_with_mpi(*arguments); }, CalledBy::all};
}

}  // namespace cohort::app
