#include "commands.hpp"
#include "path_for_all.hpp"
#include "singleton_check.hpp"
#include "slurm_time.hpp"
#include "stop_signals.hpp"

#include <cohort/cluster/broadcast.hpp>
#include <cohort/cluster/exit_code.hpp>
#include <cohort/cluster/memory_check.hpp>
#include <cohort/cluster/mpi_session.hpp>
#include <cohort/cluster/run_study.hpp>
#include <cohort/cluster/shared_study.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/log.hpp>
#include <cohort/report/closing_tables.hpp>
#include <cohort/report/status_text.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/run_executor.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace cohort::app {
namespace {

struct Arguments {
  std::string study;
  std::string output;
  std::string order = "longest";
  std::string shard;
  std::string time_left;
  double save_every = 300;  ///< seconds
  std::string run_deadline, run_memory, on_failure = "continue";
  int tries = 2;
  std::vector<std::string> only, retry;
};

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

/// "1500M", "2G", "0.5T", as SLURM takes memory (powers of 1024; M without a letter).
double bytes_of(const std::string& text) {
  double number = 0;
  char unit = 'M', end = 0;
  const int n_read = std::sscanf(text.c_str(), "%lf%c%c", &number, &unit, &end);
  const auto power = std::string("KMGT").find(static_cast<char>(std::toupper(static_cast<unsigned char>(unit))));
  if (n_read < 1 || n_read > 2 || power == std::string::npos || !(number > 0) || !std::isfinite(number))
    throw UserError(fmt::format("--run-memory '{}' is no amount of memory", text),
                    "a number and K, M, G or T is needed", "Write 500M or 2G.");
  return number * std::pow(1024.0, static_cast<double>(power) + 1);
}

RunLimits limits_of(const Arguments& arguments) {
  RunLimits limits;
  if (!arguments.run_deadline.empty()) limits.seconds = slurm_seconds(arguments.run_deadline, "--run-deadline");
  if (!arguments.run_memory.empty()) limits.bytes = bytes_of(arguments.run_memory);
  if (limits.seconds <= 0) throw UserError("--run-deadline is 0", "no run ends in no time");
  return limits;
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
  } else if (outcome.n_waited_for > 0) {
    fmt::print(
        "--only: {} other runs are to do, and the analyses wait for them; without --only, cohort run trains them\n",
        outcome.n_waited_for);
  } else {
    fmt::print("\n{}\nresults: {}\n", closing_tables(summary_of(file)), path);
  }
}

int run(Arguments arguments, const MpiSession& session) {
  const MPI_Comm comm = session.communicator();
  for (std::string* argument : {&arguments.study, &arguments.output, &arguments.order}) broadcast(comm, *argument);
  agree_on_build(build_summary(), comm);
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
  together(comm, [&] {
    options.shard = shard_called(arguments.shard);
    options.limits = limits_of(arguments);
  });
  std::string output = arguments.output.empty() ? default_output(study.name) : arguments.output;
  if (options.shard.count > 1) output += fmt::format(".shard-{}-of-{}", options.shard.number, options.shard.count);
  const std::string path = path_for_all(output, comm);
  warn_of_memory(study, design, comm);
  options.order = order_called(arguments.order);
  options.stop = stop_options(arguments.time_left);
  options.save_every = std::chrono::duration<double>(arguments.save_every);
  options.on_failure = arguments.on_failure == "stop" ? OnFailure::stop : OnFailure::go_on;
  options.tries = arguments.tries;
  options.only = arguments.only;
  options.retry = arguments.retry;
  const RunStudyOutcome outcome = run_study(study, design, path, comm, options);
  if (session.rank() == 0) print_results(path, outcome);
  if (outcome.stopped) return outcome.stopped_by_failure ? kSomeFailed : kStoppedEarly;
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

/// Which runs are trained, and what they may do.
void add_failure_options(CLI::App& words, Arguments& arguments) {
  words
      .add_option("--only", arguments.only,
                  "train these runs only, 'rule=bptt' or 'seed=3' (* stands for any text); several of one factor add "
                  "up, of several factors all must fit; analyses wait until the study is complete")
      ->allow_extra_args(false);
  words
      .add_option("--retry", arguments.retry,
                  "train again what has ended: failed, diverged, a run's number or its key (or how that begins)")
      ->allow_extra_args(false);
  words.add_option("--run-deadline", arguments.run_deadline,
                   "a run that takes longer fails, in all jobs together (D-H:M:S; default: it may take for ever)");
  words.add_option("--run-memory", arguments.run_memory,
                   "a run that needs more memory fails (500M, 2G; default: what the machine has)");
  words.add_option("--on-failure", arguments.on_failure, "when a run fails: continue with the others, or stop the job")
      ->check(CLI::IsMember({"continue", "stop"}));
  words
      .add_option("--tries", arguments.tries,
                  "a run that takes its worker down so often, with nothing saved in between, fails (default: 2)")
      ->check(CLI::Range(1, 1000000));
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
  add_failure_options(*words, *arguments);
  return {words, [arguments] { return run_with_mpi(*arguments); }, CalledBy::all};
}

}  // namespace cohort::app
