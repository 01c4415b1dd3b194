#include "jackknife.hpp"

#include "distributions.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace cohort {

CrossSeedEstimates estimates_of(const CrossSeedSums& sums, std::size_t n_seeds) {
  CrossSeedEstimates estimates{sums.variances(), {}};
  for (std::size_t seed = 0; seed < n_seeds; ++seed) estimates.without.push_back(sums.variances(seed));
  return estimates;
}

double jackknife_error(const std::vector<double>& without_seed) {
  const auto n = static_cast<double>(without_seed.size());
  double mean = 0, squares = 0;
  for (const double value : without_seed) mean += value / n;
  for (const double value : without_seed) squares += (value - mean) * (value - mean);
  return std::sqrt((n - 1) / n * squares);
}

SeedShare jackknife(const CrossSeedEstimates& estimates, const std::function<double(const CrossSeedVariances&)>& of) {
  SeedShare share;
  share.no_interval = estimates.all.undefined;
  if (!share.no_interval.empty()) return share;
  share.estimate = of(estimates.all);
  if (std::isnan(share.estimate)) share.no_interval = "it is undefined here";
  if (estimates.without.size() < 3)
    share.no_interval = fmt::format("{} seeds; an interval needs 3", estimates.without.size());
  for (const CrossSeedVariances& one : estimates.without) {
    share.without_seed.push_back(one.undefined.empty() ? of(one) : std::numeric_limits<double>::quiet_NaN());
    if (share.no_interval.empty() && !one.undefined.empty()) share.no_interval = one.undefined;
    if (share.no_interval.empty() && std::isnan(share.without_seed.back()))
      share.no_interval = "it is undefined without one of the seeds";
  }
  if (!share.no_interval.empty()) return share;
  share.standard_error = jackknife_error(share.without_seed);
  const double half = t_quantile(0.975, static_cast<double>(estimates.without.size()) - 1) * share.standard_error;
  share.low = share.estimate - half;
  share.high = share.estimate + half;
  return share;
}

}  // namespace cohort
