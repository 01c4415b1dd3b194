#include "commands.hpp"

#include <cohort/cluster/mpi_session.hpp>
#include <cohort/cluster/run_study.hpp>
#include <cohort/store/summary.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/run_executor.hpp>

#include <fmt/format.h>

#include <atomic>
#include <csignal>

namespace cohort::app {
namespace {

std::atomic<bool> stop_requested = false;

}  // namespace

/// A scheduler that wants its nodes back sends SIGTERM or a signal the user chose (USR1): stop between two updates, keep
/// what is finished, and say with exit code 75 that the job should be submitted again.
void watch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  for (const int signal : {SIGTERM, SIGUSR1}) sigaction(signal, &action, nullptr);
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
}

int run(const RunArguments& arguments, const MpiSession& session) {
  const MPI_Comm comm = session.communicator();
  Study study;
  Design design;
  together(comm, [&] {
    study = read_study(arguments.study);
    design = expand(study);
    check_runs(study, design);
  });
  const std::string path = arguments.output.empty() ? study.name + ".h5" : arguments.output;
  RunStudyOptions options;
  options.order = arguments.order == "listed"     ? Scheduler::Order::listed
                  : arguments.order == "reversed" ? Scheduler::Order::reversed
                                                  : Scheduler::Order::longest_first;
  options.stop_requested = [] { return stop_requested.load(); };
  const RunStudyOutcome outcome = run_study(study, design, path, comm, options);
  if (session.rank() == 0) {
    ResultsFile file = ResultsFile::open_serial(path);
    fmt::print("{}", status_text(file));
    if (outcome.stopped) {
      fmt::print("stopped early on purpose; run the same command again to go on\n");
    } else {
      fmt::print("\n{}\nresults: {}\n", closing_tables(file), path);
    }
  }
  if (outcome.stopped) return kStoppedEarly;
  return outcome.n_failed + outcome.n_failed_items > 0 ? kSomeFailed : kAllDone;
}

}  // namespace cohort::app
