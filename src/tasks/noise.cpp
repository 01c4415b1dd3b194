#include <cohort/tasks/noise.hpp>

#include <cohort/core/normal_fill.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace cohort {
namespace {

/// The normal numbers of a seed, one after the other.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : seed_(seed) {}

  /// Adds sigma times the next `n` numbers to `values`.
  void add(double sigma, double* values, Index n) {
    for (Index done = 0; done < n;) {
      if (used_ == kNormalBlock) {
        fill_normal_block(seed_, next_block_++, numbers_.data());
        used_ = 0;
      }
      const Index taken = std::min(kNormalBlock - used_, n - done);
      const float* numbers = numbers_.data() + used_;
      for (Index i = 0; i < taken; ++i) values[done + i] += sigma * static_cast<double>(numbers[i]);
      used_ += taken;
      done += taken;
    }
  }

 private:
  std::uint64_t seed_, next_block_ = 0;
  Index used_ = kNormalBlock;
  alignas(64) std::array<float, kNormalBlock> numbers_;
};

}  // namespace

void add_noise(double sigma, RandomStream& stream, Eigen::Ref<MatrixXd> block) {
  if (sigma == 0) return;
  Numbers numbers(stream.bits());
  for (Index col = 0; col < block.cols(); ++col) numbers.add(sigma, block.col(col).data(), block.rows());
}

ParameterInfo noise_parameter(double fallback) {
  return ParameterInfo::number("noise", fallback, 0, 1e6, "1", "of the stimulus: standard deviation / √(200 ms / dt)");
}

double noise_of(const Parameters& parameters) {
  constexpr double correlation_ms = 100;
  return parameters.number("noise") * std::sqrt(2 * correlation_ms / parameters.number("dt"));
}

}  // namespace cohort
