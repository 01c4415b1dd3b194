#include <cohort/cluster/progress.hpp>

#include <cohort/core/text.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>

namespace cohort {

Progress::Progress() : is_terminal_(isatty(STDERR_FILENO) == 1), start_(Clock::now()), last_(start_) {}

void Progress::show(const Scheduler& scheduler) {
  const auto interval = is_terminal_ ? std::chrono::milliseconds(500) : std::chrono::milliseconds(30000);
  if (Clock::now() - last_ < interval) return;
  last_ = Clock::now();
  print(scheduler);
}

void Progress::finish(const Scheduler& scheduler) {
  print(scheduler);
  if (is_terminal_) std::fputc('\n', stderr);
}

void Progress::print(const Scheduler& scheduler) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const std::size_t ended = scheduler.n_ended(RunStatus::done) + scheduler.n_ended(RunStatus::diverged);
  const double progress = scheduler.progress();
  const std::string remaining =
      progress > 0 ? duration_text(seconds * (1 - progress) / progress) : "not known before the first run ends";
  const std::string line =
      fmt::format("{} done ({} diverged), {} failed, {} left | {:.3g} runs/min | {} elapsed, remaining: {}", ended,
                  scheduler.n_ended(RunStatus::diverged), scheduler.n_ended(RunStatus::failed), scheduler.n_left(),
                  seconds > 0 ? 60 * static_cast<double>(ended) / seconds : 0.0, duration_text(seconds), remaining);
  fmt::print(stderr, "{}{}{}", is_terminal_ ? "\r\x1b[K" : "", line, is_terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace cohort
