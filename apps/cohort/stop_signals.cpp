#include "stop_signals.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <string>

namespace cohort::app {
namespace {

std::atomic<int> stop_signal = 0, sender = 0;

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

std::string stop_text() {
  const std::string reason = stop_reason();
  return fmt::format("stopped early on purpose{}; run the same command again to go on\n",
                     reason.empty() ? "" : " by " + reason);
}

}  // namespace cohort::app
