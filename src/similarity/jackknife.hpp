#pragma once

#include <cohort/similarity/cross_seed_sums.hpp>
#include <cohort/similarity/effect_table.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cohort {

/// Variances of all seeds and without each of them.
struct CrossSeedEstimates {
  CrossSeedVariances all{};
  std::vector<CrossSeedVariances> without{};  ///< [seed]
};

CrossSeedEstimates estimates_of(const CrossSeedSums& sums, std::size_t n_seeds);

/// A statistic of the variances with its delete-one-seed jackknife: interval estimate -+ t(.975, S - 1) se, where
/// se² = (S - 1)/S Σ (θ_s - mean)². Needs three seeds and every sample without one of them.
SeedShare jackknife(const CrossSeedEstimates& estimates, const std::function<double(const CrossSeedVariances&)>& of);

/// sqrt((S - 1)/S Σ (θ_s - mean)²)
double jackknife_error(const std::vector<double>& without_seed);

}  // namespace cohort
