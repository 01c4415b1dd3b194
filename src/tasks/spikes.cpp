#include <cohort/tasks/spikes.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/split_mix.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

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
  SplitMix generator(stream.bits());
  // The gap before a spike is geometric: floor(log u / log(1 - p)), u in (0, 1]. Single precision resolves p to 1e-7.
  const auto scale = static_cast<float>(1 / std::log1p(-probability));  // -0 for probability 1: no gaps
  const auto size = static_cast<float>(block.size());
  const auto gap = [&] {
    const float u = static_cast<float>((generator.bits() >> 40) + 1) * 0x1.0p-24f;
    return static_cast<Index>(std::min(size, std::log(u) * scale));
  };
  double* const values = block.data();
  const auto rows = static_cast<std::uint32_t>(block.rows());
  for (Index at = gap(); at < block.size(); at += 1 + gap()) {
    const auto place = static_cast<std::uint32_t>(at);
    values[static_cast<Index>(place / rows) * block.outerStride() + place % rows] = 1;
  }
}

}  // namespace cohort
