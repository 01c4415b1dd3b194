#pragma once

#include <cohort/core/matrix.hpp>

#include <algorithm>

namespace cohort {

/// How many states are followed at once: enough for efficient matrix products, and few enough that they and what is
/// known of each (about 16 vectors) stay in a cache of 1 MiB.
inline Index search_window(Index dimension) {
  return std::clamp<Index>((Index{1} << 20) / (16 * Index{sizeof(double)} * dimension) / 8 * 8, 32, 256);
}

}  // namespace cohort
