#pragma once

#include <cstddef>

namespace cohort {

/// Arrangements of which `at_least` have a statistic at least as large as the observed one, which is among them.
struct PermutationCount {
  std::size_t at_least = 0, n = 0;
  bool all = false;  ///< every arrangement there is
  double p() const { return static_cast<double>(at_least) / static_cast<double>(n); }
};

}  // namespace cohort
