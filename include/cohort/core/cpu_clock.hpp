#pragma once

#include <ctime>

namespace cohort {

/// Processor time that this thread has taken, in seconds: what work costs, whoever else uses the machine.
inline double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace cohort
