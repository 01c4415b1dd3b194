#include <cohort/tasks/noise.hpp>

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
  std::uint64_t bits = 0;
  int left = 0;
  for (Index col = 0; col < block.cols(); ++col) {
    for (Index row = 0; row < block.rows(); ++row) {
      if (left == 0) {
        bits = stream.bits();
        left = 4;
      }
      const double size = sigma * static_cast<double>(table[(bits & 0xffff) >> 1]);
      block(row, col) += (bits & 1) != 0 ? -size : size;
      bits >>= 16;
      --left;
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
