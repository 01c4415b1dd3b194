#pragma once

#include <limits>

namespace cohort {

/// What one run may take before it counts as failed. Options of a job: no part of a run's key, for they decide no
/// result.
struct RunLimits {
  double seconds = std::numeric_limits<double>::infinity();  ///< of wall-clock time, in all jobs that worked on it
  double bytes = std::numeric_limits<double>::infinity();    ///< of memory beyond what the process had before it
};

}  // namespace cohort
