#include <cohort/similarity/far_seed.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace cohort {
namespace {

/// Critical values of Grubbs' largest deviation in standard deviations, two-sided at 1 %, by number of values: (n - 1)
/// / √n · √(t² / (n - 2 + t²)) with t the quantile 1 - .005 / n of Student's distribution on n - 2 degrees of freedom.
constexpr std::pair<double, double> kCritical[] = {{4, 1.496},  {5, 1.764},  {6, 1.973},   {7, 2.139},   {8, 2.274},
                                                   {9, 2.387},  {10, 2.482}, {12, 2.636},  {15, 2.806},  {20, 3.001},
                                                   {30, 3.236}, {50, 3.482}, {100, 3.754}, {1000, 4.397}};

/// Interpolated in between, by the logarithm of n.
double critical(double n) {
  std::size_t next = 0;
  while (next + 1 < std::size(kCritical) && kCritical[next].first < n) ++next;
  const auto& [high, at_high] = kCritical[next];
  if (next == 0 || high <= n) return at_high;
  const auto& [low, at_low] = kCritical[next - 1];
  return at_low + (at_high - at_low) * std::log(n / low) / std::log(high / low);
}

}  // namespace

std::optional<std::size_t> far_seed(std::span<const double> without_seed) {
  const auto n = static_cast<double>(without_seed.size());
  if (n < 4) return std::nullopt;
  double mean = 0, squares = 0;
  for (const double value : without_seed) mean += value / n;
  for (const double value : without_seed) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / (n - 1));
  const auto* farthest = std::max_element(without_seed.data(), without_seed.data() + without_seed.size(),
                                          [&](double a, double b) { return std::abs(a - mean) < std::abs(b - mean); });
  // Also false where some value is undefined.
  if (!(std::abs(*farthest - mean) > critical(n) * deviation) || deviation <= 1e-12) return std::nullopt;
  return static_cast<std::size_t>(farthest - without_seed.data());
}

}  // namespace cohort
