#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// Mean and sample standard deviation of what is finite.
struct Moments {
  std::size_t n = 0;     ///< how many values are finite
  double mean = 0;       ///< 0 without values
  double deviation = 0;  ///< 0 for fewer than two values

  /// "0.1322 ± 0.0015"; without ± for one value, "-" for none.
  std::string text(int digits) const;
};

Moments moments_of(const std::vector<double>& values);

}  // namespace cohort
