#include "resampled.hpp"

#include <cohort/core/errors.hpp>

#include <cmath>
#include <numeric>
#include <utility>

namespace cohort {
namespace {

struct MeanAndDeviation {
  double mean, deviation;
};

MeanAndDeviation moments_of(const VectorXd& values) {
  const double mean = values.mean();
  return {mean, std::sqrt((values.array() - mean).square().sum() / static_cast<double>(values.size() - 1))};
}

}  // namespace

std::vector<Index> shuffled(Index n, RandomStream stream) {
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t left = order.size(); left > 1; --left) std::swap(order[left - 1], order[stream.integer(left)]);
  return order;
}

NoiseCeiling resampled(const Measure& measure, int n_resamples, const RandomStream& stream, const StopCheck& stop,
                       const std::function<double(const RandomStream&)>& distance) {
  expects(n_resamples >= 2, "at least 2 resamples for a noise ceiling");
  VectorXd distances(n_resamples), normalized(n_resamples);
  for (int i = 0; i < n_resamples; ++i) {
    ask(stop);
    distances[i] = distance(stream.substream(static_cast<std::uint64_t>(i)));
    normalized[i] = measure.normalized(distances[i]);
  }
  const auto [mean, deviation] = moments_of(distances);
  const auto [normalized_mean, normalized_deviation] = moments_of(normalized);
  return {mean, deviation, normalized_mean, normalized_deviation, n_resamples};
}

}  // namespace cohort
