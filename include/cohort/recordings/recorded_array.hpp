#pragma once

#include <cohort/recordings/npy_array.hpp>

#include <string>
#include <vector>

namespace cohort {

/// What a file says of a recording: an array of numbers and, where the format has them, the names of its axes and the
/// labels of its conditions.
struct RecordedArray {
  NpyArray numbers{};
  std::vector<std::string> axes{};        ///< one per dimension; empty: the file does not say
  std::vector<std::string> conditions{};  ///< empty: the file does not say
};

}  // namespace cohort
