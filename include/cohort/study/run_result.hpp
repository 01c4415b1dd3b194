#pragma once

#include <cohort/learning/training_record.hpp>

namespace cohort {

/// Everything one run leaves behind. Knows no rank and no file.
struct RunResult : TrainingRecord {
  double wall_seconds = 0;
  double cpu_seconds = 0;
};

}  // namespace cohort
