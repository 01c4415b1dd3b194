#include <cohort/tasks/noise.hpp>

#include "split_mix.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace cohort {
namespace {

constexpr int kHalf = 32768;  // values above zero; the sign is the sixteenth bit

/// The positive half of the 65536 values.
std::vector<float> half_normal_table() {
  std::vector<double> exact(kHalf);
  double x = 0, square = 0;
  for (int i = 0; i < kHalf; ++i) {
    const double tail = (kHalf - i - 0.5) / (2 * kHalf);
    // Newton on the upper tail, which is convex: from the value before it climbs to the root and never passes it.
    for (double change = 1; std::abs(change) > 1e-12;) {
      const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
      change = (std::erfc(x / std::numbers::sqrt2) / 2 - tail) / density;
      x += change;
    }
    exact[static_cast<std::size_t>(i)] = x;
    square += x * x / kHalf;
  }
  std::vector<float> table;
  for (const double value : exact) table.push_back(static_cast<float>(value / std::sqrt(square)));
  return table;
}

}  // namespace

void add_noise(double sigma, RandomStream& stream, Eigen::Ref<MatrixXd> block) {
  static const std::vector<float> table = half_normal_table();
  if (sigma == 0) return;
  SplitMix generator(stream.bits());
  for (Index col = 0; col < block.cols(); ++col) {
    double* values = block.col(col).data();
    for (Index row = 0; row < block.rows(); row += 4) {
      std::uint64_t bits = generator.bits();
      const Index n = std::min<Index>(4, block.rows() - row);
      for (Index i = 0; i < n; ++i, bits >>= 16) {
        const double sign = 1 - 2 * static_cast<double>(bits & 1);
        values[row + i] += sigma * sign * static_cast<double>(table[(bits & 0xffff) >> 1]);
      }
    }
  }
}

ParameterInfo noise_parameter(double fallback) {
  return ParameterInfo::number("noise", fallback, 0, 1e6, "1", "of the stimulus: standard deviation / √(200 ms / dt)");
}

double noise_of(const Parameters& parameters) {
  constexpr double correlation_ms = 100;
  return parameters.number("noise") * std::sqrt(2 * correlation_ms / parameters.number("dt"));
}

}  // namespace cohort
