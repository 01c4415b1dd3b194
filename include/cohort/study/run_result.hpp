#pragma once

#include <cohort/learning/training_record.hpp>

namespace cohort {

/// Everything one run leaves behind. Knows no rank and no file.
struct RunResult : TrainingRecord {
  /// What of the network is drawn or set but never learned, in the order of Network::constants(); with the parameters.
  std::vector<float> constants{};
  double wall_seconds = 0;
  double cpu_seconds = 0;
};

}  // namespace cohort
