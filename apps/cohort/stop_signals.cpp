#include "stop_signals.hpp"

#include "slurm_time.hpp"

#include <cohort/core/errors.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <string>

namespace cohort::app {
namespace {

std::atomic<int> stop_signal = 0, sender = 0;
const StopOptions::Clock::time_point program_start = StopOptions::Clock::now();

void remember(int signal, siginfo_t* info, void*) {
  sender = info->si_code <= 0 ? info->si_pid : 0;  // the kernel's own signals have no sender
  stop_signal = signal;
}

std::string name_of_process(int pid) {
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::string name;
  std::getline(file, name);
  return name.empty() ? "" : fmt::format(" ({})", name);
}

}  // namespace

void watch_stop_signals() {
  struct sigaction action {};
  action.sa_sigaction = remember;
  action.sa_flags = SA_SIGINFO;
  for (const int signal : {SIGTERM, SIGUSR1}) sigaction(signal, &action, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);  // beyond `ulimit -f` a write is to fail, not the process to die
  action.sa_flags |= SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
}

bool is_stop_requested() { return stop_signal != 0; }

std::string stop_reason() {
  const int signal = stop_signal, pid = sender;
  if (signal == 0) return "";
  const char* name = signal == SIGTERM ? "SIGTERM" : signal == SIGUSR1 ? "SIGUSR1" : "SIGINT";
  return pid == 0 ? name : fmt::format("{} from process {}{}", name, pid, name_of_process(pid));
}

std::string stop_text(const std::string& reason) {
  const std::string signal = stop_reason();
  return fmt::format("stopped early on purpose{}{}; run the same command again to go on\n",
                     signal.empty() ? "" : " by " + signal, reason.empty() ? "" : ": " + reason);
}

void add_time_left(CLI::App& words, std::string& time_left) {
  words
      .add_option("--time-left", time_left,
                  "save everything and end before this much time has gone, as squeue -o %L prints it (D-H:M:S)")
      ->check([](const std::string& text) {
        try {
          slurm_seconds(text, "--time-left");
        } catch (const UserError& error) {
          return std::string(error.what());
        }
        return std::string();
      });
}

StopOptions stop_options(const std::string& time_left) {
  StopOptions options;
  options.requested = is_stop_requested;
  options.start = program_start;
  if (time_left.empty()) return options;
  const double seconds = slurm_seconds(time_left, "--time-left");
  constexpr double longest = 1e9;  // three decades, which a clock can count
  if (seconds < longest)
    options.end = program_start +
                  std::chrono::duration_cast<StopOptions::Clock::duration>(std::chrono::duration<double>(seconds));
  return options;
}

}  // namespace cohort::app
