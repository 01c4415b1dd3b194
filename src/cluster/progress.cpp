#include <cohort/cluster/progress.hpp>

#include <cohort/core/text.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cohort {
namespace {

/// Columns of the terminal on standard error; 80 where it does not tell.
std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

}  // namespace

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
  const std::string line = fmt::format("{} | {} elapsed, remaining: {}", text, duration_text(seconds()), remaining);
  // A line that wraps could not be rewritten in place.
  if (is_terminal_) fmt::print(stderr, "\r\x1b[K{}", line.substr(0, terminal_width() - 1));
  if (!is_terminal_) fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
}

}  // namespace cohort
