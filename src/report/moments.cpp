#include <cohort/report/moments.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {

std::string Moments::text(int digits) const {
  if (n == 0) return "-";
  if (n == 1) return fmt::format("{:.{}f}", mean, digits);
  return fmt::format("{:.{}f} ± {:.{}f}", mean, digits, deviation, digits);
}

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  moments.n = static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [](double value) { return std::isfinite(value); }));
  const auto n = static_cast<double>(moments.n);
  double square = 0;
  for (const double value : values)
    if (std::isfinite(value)) moments.mean += value / n;
  for (const double value : values)
    if (std::isfinite(value)) square += (value - moments.mean) * (value - moments.mean);
  if (moments.n > 1) moments.deviation = std::sqrt(square / (n - 1));
  return moments;
}

}  // namespace cohort
