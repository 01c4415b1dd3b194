#pragma once

#include <cohort/core/index.hpp>
#include <cohort/study/run_limits.hpp>

#include <string>
#include <string_view>

namespace cohort {

/// Why a run failed. The results file knows it by how the run's message begins.
enum class FailureCause {
  error,   ///< it threw: the same would happen again, or a disk was away
  memory,  ///< it needed more than there was, or than it may have
  time,    ///< it took longer than it may; what it has done is kept
  death    ///< the processes that trained it died
};

FailureCause failure_cause(std::string_view message);

/// Messages of failed runs, each of its cause.
std::string out_of_memory_text(const RunLimits& limits);
std::string too_long_text(const RunLimits& limits, Index update);
std::string death_text(int n_deaths);

/// How often a run that throws or lacks memory is begun in all, by this job and later ones.
inline constexpr int most_attempts = 3;

/// What a failed run left in the results file.
struct FailedAttempt {
  std::string_view message;
  int n_attempts = 1;
  double wall_seconds = 0;
};

/// Whether a job that resumes begins it again without being asked to: errors and lack of memory until it was begun
/// most_attempts times, one that took too long when it may now take longer, one that took its workers down never.
bool is_tried_again(const FailedAttempt& failed, const RunLimits& limits);

}  // namespace cohort
