#include <cohort/cluster/progress.hpp>

#include <cohort/core/text.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>

namespace cohort {

Progress::Progress() : is_terminal_(isatty(STDERR_FILENO) == 1), start_(Clock::now()), last_(start_) {}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

bool Progress::is_due() const {
  const auto interval = is_terminal_ ? std::chrono::milliseconds(500) : std::chrono::milliseconds(30000);
  return Clock::now() - last_ >= interval;
}

void Progress::finish(const std::string& text, double share) {
  show(text, share);
  if (is_terminal_) std::fputc('\n', stderr);
}

void Progress::show(const std::string& text, double share) {
  last_ = Clock::now();
  const std::string remaining =
      share > 0 ? duration_text(seconds() * (1 - share) / share) : "not known before the first one ends";
  fmt::print(stderr, "{}{} | {} elapsed, remaining: {}{}", is_terminal_ ? "\r\x1b[K" : "", text,
             duration_text(seconds()), remaining, is_terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace cohort
