#include "stop_signals.hpp"

#include <atomic>
#include <csignal>

namespace cohort::app {
namespace {

std::atomic<bool> stop_requested = false;

}  // namespace

void watch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  for (const int signal : {SIGTERM, SIGUSR1}) sigaction(signal, &action, nullptr);
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
}

bool is_stop_requested() { return stop_requested; }

}  // namespace cohort::app
