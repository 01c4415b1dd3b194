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

/// Moments of values that come one by one (Welford 1962), none of which is kept.
class RunningMoments {
 public:
  void add(double value);  ///< or nothing, where it is not finite
  Moments moments() const;

 private:
  std::size_t n_ = 0;
  double mean_ = 0, squares_ = 0;
};

Moments moments_of(const std::vector<double>& values);

}  // namespace cohort
