#pragma once

#include <cohort/core/exit_code.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {
class MpiSession;
}

namespace cohort::app {

struct RunArguments {
  std::string study;
  std::string output;
  std::string order = "longest";
};

struct TaskArguments {
  std::string name;  ///< a variant, name/parameter=value,...
  int n_trials = 4;
  std::uint64_t seed = 0;
  std::string png, html, npy;  ///< where to write; all empty: a summary on standard output
};

/// From now on SIGTERM, SIGUSR1 and SIGINT ask `run` to stop early; a second SIGINT ends the process at once. To be
/// called before MPI starts, which takes long enough for a signal to arrive.
void watch_stop_signals();

/// Each command prints its answer on standard output and returns the exit code; errors are thrown. `run` is collective,
/// the others are called by one process.
int run(RunArguments arguments, const MpiSession& session);
int plan(const std::string& study, int n_ranks);
int status(const std::string& results);
int verify(const std::string& results);
/// `format`: how much to tell, and how.
enum class ListFormat { brief, full, markdown };
int list(const std::string& kind, ListFormat format);
/// Shows the first training trials of a task.
int task(const TaskArguments& arguments);
int check_gradients(const std::string& study);
int compare(const std::string& a, const std::string& b, const std::vector<std::string>& measures);

}  // namespace cohort::app
