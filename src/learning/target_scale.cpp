#include <cohort/learning/target_scale.hpp>

namespace cohort {
namespace {

constexpr double kConstant = 1e-12;  ///< largest variance of a constant, relative to its mean square
constexpr double kCancelled = 1e-6;  ///< below it the difference of two sums has too few digits left

template <class Scalar>
double squares_around(const TrialBatch<Scalar>& batch, Index output, double mean) {
  double sum = 0;
  for (Index column = 0; column < batch.targets.cols(); ++column) {
    const auto m = static_cast<double>(batch.mask(output, column));
    if (m == 0) continue;
    const double difference = static_cast<double>(batch.targets(output, column)) - mean;
    sum += m * difference * difference;
  }
  return sum;
}

/// Everything but the divisor of a target that is always 0.
template <class Scalar>
TargetScale scale_of(const TrialBatch<Scalar>& batch, Index output) {
  TargetScale scale;
  double target = 0, target_square = 0;
  for (Index column = 0; column < batch.targets.cols(); ++column) {
    const auto m = static_cast<double>(batch.mask(output, column));
    if (m == 0) continue;  // what is masked may be anything, even NaN
    const auto y = static_cast<double>(batch.targets(output, column));
    scale.weight += m;
    target += m * y;
    target_square += m * y * y;
  }
  if (scale.weight == 0) return scale;
  scale.mean = target / scale.weight;
  double variance = target_square - target * target / scale.weight;
  if (variance <= kCancelled * target_square) variance = squares_around(batch, output, scale.mean);
  scale.varies = variance > kConstant * target_square;
  scale.divisor = scale.varies ? variance : target_square;
  return scale;
}

}  // namespace

template <class Scalar>
std::vector<TargetScale> target_scales(const TrialBatch<Scalar>& batch) {
  std::vector<TargetScale> scales;
  double mean_squares = 0;
  int n_others = 0;
  for (Index output = 0; output < batch.targets.rows(); ++output) {
    scales.push_back(scale_of(batch, output));
    const TargetScale& scale = scales.back();
    if (scale.weight == 0 || scale.divisor == 0) continue;
    const double variance = scale.varies ? scale.divisor / scale.weight : 0;
    mean_squares += variance + scale.mean * scale.mean;
    ++n_others;
  }
  for (TargetScale& scale : scales)
    if (scale.weight > 0 && scale.divisor == 0)
      scale.divisor = scale.weight * (n_others > 0 ? mean_squares / n_others : 1);
  return scales;
}

template std::vector<TargetScale> target_scales(const TrialBatch<float>&);
template std::vector<TargetScale> target_scales(const TrialBatch<double>&);

}  // namespace cohort
