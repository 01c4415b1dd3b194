#pragma once

#include <cohort/recordings/npy_array.hpp>

#include <string>
#include <vector>

namespace cohort {

/// What a file says of a recording: an array of numbers and, where the format has them, the names of its axes, the
/// labels of its conditions and its times.
struct RecordedArray {
  NpyArray numbers{};
  std::vector<std::string> axes{};        ///< one per dimension; empty: the file does not say
  std::vector<std::string> conditions{};  ///< empty: the file does not say
  double start_ms = 0, step_ms = 0;       ///< of its first sample, and between samples; step 0: the file does not say
  std::vector<std::string> remarks{};     ///< what a user should know of how it was read
};

}  // namespace cohort
