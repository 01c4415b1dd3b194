#include <cohort/study/run_failure.hpp>

#include <cohort/core/text.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {
namespace {

constexpr std::string_view kMemory = "out of memory", kTime = "took longer than ", kDeath = "took its worker down ";

}  // namespace

FailureCause failure_cause(std::string_view message) {
  if (message.starts_with(kMemory)) return FailureCause::memory;
  if (message.starts_with(kTime)) return FailureCause::time;
  return message.starts_with(kDeath) ? FailureCause::death : FailureCause::error;
}

std::string out_of_memory_text(const RunLimits& limits) {
  if (std::isinf(limits.bytes)) return std::string(kMemory);
  return fmt::format("{}: a run may have {} (--run-memory)", kMemory, bytes_text(limits.bytes));
}

std::string too_long_text(const RunLimits& limits, Index update) {
  return fmt::format("{}{} (--run-deadline): {} updates were made", kTime, duration_text(limits.seconds), update);
}

std::string death_text(int n_deaths) {
  return fmt::format("{}{} times, and nothing of it was saved in between (--tries)", kDeath, n_deaths);
}

bool is_tried_again(const FailedAttempt& failed, const RunLimits& limits) {
  switch (failure_cause(failed.message)) {
    case FailureCause::time:
      return limits.seconds > failed.wall_seconds;
    case FailureCause::death:
      return false;
    case FailureCause::error:
    case FailureCause::memory:
      break;
  }
  return failed.n_attempts < most_attempts;
}

}  // namespace cohort
