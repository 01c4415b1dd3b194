#include "commands.hpp"

#include <cohort/cluster/broadcast.hpp>
#include <cohort/cluster/mpi_session.hpp>
#include <cohort/cluster/run_study.hpp>
#include <cohort/cluster/shared_study.hpp>
#include <cohort/store/summary.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/run_executor.hpp>

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <filesystem>

namespace cohort::app {
namespace {

std::atomic<bool> stop_requested = false;

/// `path` as rank 0 means it: absolute when some rank works in another folder.
std::string path_for_all(const std::string& path, MPI_Comm comm) {
  std::error_code unknown;
  const std::string own = std::filesystem::current_path(unknown).string();
  std::string first = own;
  broadcast(comm, first);
  int is_same = own == first ? 1 : 0;
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &is_same, 1, MPI_INT, MPI_MIN, comm), "MPI_Allreduce");
  return is_same != 0 ? path : (std::filesystem::path(first) / path).string();
}

}  // namespace

/// A scheduler that wants its nodes back sends SIGTERM or a signal the user chose (USR1): stop between two updates,
/// keep what is finished, and say with exit code 75 that the job should be submitted again.
void watch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  for (const int signal : {SIGTERM, SIGUSR1}) sigaction(signal, &action, nullptr);
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
}

int run(RunArguments arguments, const MpiSession& session) {
  const MPI_Comm comm = session.communicator();
  for (std::string* argument : {&arguments.study, &arguments.output, &arguments.order}) broadcast(comm, *argument);
  const Study study = read_study_together(arguments.study, comm);
  Design design;
  together(comm, [&] {
    design = expand(study);
    if (session.rank() == 0) check_runs(study, design);
  });
  agree_on_design(study, design, comm);
  const std::string path = path_for_all(arguments.output.empty() ? study.name + ".h5" : arguments.output, comm);
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
