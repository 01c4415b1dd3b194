#include "commands.hpp"
#include "path_for_all.hpp"
#include "singleton_check.hpp"
#include "stop_signals.hpp"

#include <cohort/cluster/analyse_results.hpp>
#include <cohort/cluster/broadcast.hpp>
#include <cohort/cluster/exit_code.hpp>
#include <cohort/cluster/mpi_session.hpp>
#include <cohort/cluster/shared_study.hpp>
#include <cohort/core/log.hpp>
#include <cohort/report/closing_tables.hpp>
#include <cohort/report/effect_sentences.hpp>
#include <cohort/report/status_text.hpp>
#include <cohort/report/study_progress.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace cohort::app {
namespace {

struct Arguments {
  std::string results;
  std::vector<std::string> measures, recordings;
  bool only_plan = false;
  long long permutations = 0;  ///< 0: as in the study
  std::string time_left;
};

void print_results(const std::string& path, bool has_stopped, bool has_added) {
  ResultsFile file = ResultsFile::open_serial(path);
  fmt::print("{}", status_text(progress_of(file)));
  if (has_stopped) {
    fmt::print("{}", stop_text(""));
  } else {
    const std::string tables = has_added ? "\n" + closing_tables(summary_of(file)) : effect_tables(effects_of(file));
    fmt::print("{}\nresults: {}\n", tables, path);
  }
}

AnalyseOptions options_of(const Arguments& arguments) {
  AnalyseOptions options;
  options.measures = arguments.measures;
  options.recordings = arguments.recordings;
  if (arguments.permutations > 0) options.permutations = arguments.permutations;
  options.stop = stop_options(arguments.time_left);
  return options;
}

int analyse(const Arguments& arguments, const MpiSession& session) {
  const MPI_Comm comm = session.communicator();
  agree_on_build(build_summary(), comm);
  std::string path = arguments.results;
  broadcast(comm, path);
  path = path_for_all(path, comm);
  const AnalyseOptions options = options_of(arguments);
  if (arguments.only_plan) {
    together(comm, [&] {
      if (session.rank() != 0) return;
      for (const std::string& line : analysis_plan(path, options)) fmt::print("{}\n", line);
    });
    return kAllDone;
  }
  const AnalysisOutcome outcome = analyse_results(path, comm, options);
  if (session.rank() == 0)
    print_results(path, outcome.stopped, !options.measures.empty() || !options.recordings.empty());
  if (outcome.stopped) return kStoppedEarly;
  return outcome.n_failed > 0 ? kSomeFailed : kAllDone;
}

/// Starts MPI, and is told which errors all ranks agreed on.
int analyse_with_mpi(const Arguments& arguments) {
  watch_stop_signals();
  const MpiSession session;
  if (session.rank() != 0) set_log_level(LogLevel::warning);
  return exit_code_of(session, [&] {
    together(session.communicator(), [&] { refuse_singletons(session.size()); });
    return analyse(arguments, session);
  });
}

}  // namespace

Command add_analyse(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(
      program, {"analyse",
                "more measures and recordings for a finished study, and what its factors explain; nothing is trained",
                {"cohort analyse results.h5 --measure dsa --plan",
                 "mpirun -n 4 cohort analyse results.h5 --measure cka dsa --recording m1.npy",
                 "cohort analyse results.h5 --permutations 99999"},
                {{kAllDone, "the file holds what was asked for"},
                 {kSomeFailed, "some items could not be computed, and are listed"},
                 {kStoppedEarly, "stopped early on purpose (SIGTERM, SIGUSR1): run the same command again"}}});
  words->add_option("RESULTS", arguments->results, "results file (HDF5); neither its task nor its study file is needed")
      ->required();
  words->add_option("--measure", arguments->measures, "measures to add, see: cohort list measures");
  words->add_option("--recording", arguments->recordings,
                    "recordings to add: a file, or a table as in a study, '{file = \"m1.npy\", name = \"M1\"}'");
  words->add_flag("--plan", arguments->only_plan, "say what it would take, and do nothing");
  words
      ->add_option("--permutations", arguments->permutations,
                   "random relabellings of a test, where there are too many to do all (default: as in its study)")
      ->check(CLI::Range(99, 10'000'000));
  add_time_left(*words, arguments->time_left);
  return {words, [arguments] { return analyse_with_mpi(*arguments); }, CalledBy::all};
}

}  // namespace cohort::app
