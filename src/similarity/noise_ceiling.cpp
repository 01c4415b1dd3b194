#include <cohort/core/errors.hpp>
#include <cohort/similarity/noise_ceiling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace cohort {

namespace {

// Fisher-Yates.
std::vector<Index> shuffled(Index n, RandomStream stream) {
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t left = order.size(); left > 1; --left) std::swap(order[left - 1], order[stream.integer(left)]);
  return order;
}

Representation with_units(const Representation& recording, const std::vector<Index>& units) {
  return Representation(recording.values()(Eigen::all, units), recording.n_conditions(), "half of " + recording.name());
}

double split_half_distance(const Measure& measure, const Representation& recording, const RandomStream& stream,
                           const StopCheck& stop) {
  const std::vector<Index> order = shuffled(recording.n_units(), stream);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
  const std::vector<Index> first(order.begin(), middle);
  const std::vector<Index> second(middle, middle + (middle - order.begin()));
  MeasureContext context;
  context.stop = stop;
  context.stream = stream.substream(0);  // other numbers than those that drew the halves
  return distance(measure, with_units(recording, first), with_units(recording, second), context);
}

}  // namespace

NoiseCeiling split_half_ceiling(const Measure& measure, const Representation& recording, int n_resamples,
                                const RandomStream& stream, const StopCheck& stop) {
  expects(n_resamples >= 2, "at least 2 resamples for a noise ceiling");
  if (recording.n_units() < 2)
    throw UserError(fmt::format("{} has no noise ceiling", recording.name()),
                    "it has a single unit, which has no halves");
  VectorXd distances(n_resamples);
  for (int i = 0; i < n_resamples; ++i) {
    ask(stop);
    distances[i] = split_half_distance(measure, recording, stream.substream(static_cast<std::uint64_t>(i)), stop);
  }
  const double mean = distances.mean();
  return {mean, std::sqrt((distances.array() - mean).square().sum() / (n_resamples - 1)), n_resamples};
}

}  // namespace cohort
