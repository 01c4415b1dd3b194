#include <cohort/tasks/spikes.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {

double spike_probability(double rate_hz, double dt_ms) {
  const double probability = rate_hz * dt_ms / 1000;
  if (probability > 1)
    throw UserError(fmt::format("{} Hz does not fit into steps of {} ms", rate_hz, dt_ms),
                    "a unit fires at most once in a step", "Give a smaller dt.");
  return probability;
}

void add_spikes(double probability, RandomStream& stream, Eigen::Ref<MatrixXd> block) {
  if (probability <= 0) return;
  const double scale = 1 / std::log1p(-probability);  // -0 for probability 1: no gaps
  const auto size = static_cast<double>(block.size());
  const auto gap = [&] {
    return static_cast<Index>(std::min(size, std::floor(std::log1p(-stream.uniform()) * scale)));
  };
  for (Index at = gap(); at < block.size(); at += 1 + gap()) block(at % block.rows(), at / block.rows()) = 1;
}

}  // namespace cohort
