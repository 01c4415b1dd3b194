#include <cohort/report/moments.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {

std::string Moments::text(int digits) const {
  if (n == 0) return "-";
  if (n == 1) return fmt::format("{:.{}f}", mean, digits);
  return fmt::format("{:.{}f} ± {:.{}f}", mean, digits, deviation, digits);
}

void RunningMoments::add(double value) {
  if (!std::isfinite(value)) return;
  ++n_;
  const double before = value - mean_;
  mean_ += before / static_cast<double>(n_);
  squares_ += before * (value - mean_);
}

Moments RunningMoments::moments() const {
  return {n_, mean_, n_ > 1 ? std::sqrt(squares_ / static_cast<double>(n_ - 1)) : 0};
}

Moments moments_of(const std::vector<double>& values) {
  RunningMoments sums;
  for (const double value : values) sums.add(value);
  return sums.moments();
}

}  // namespace cohort
