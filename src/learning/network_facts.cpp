#include <cohort/learning/network_facts.hpp>

#include <cohort/network/spectral_radius.hpp>

#include <algorithm>
#include <cmath>

namespace cohort {

template <class Scalar>
RateSummary rate_summary(const Network<Scalar>& network) {
  constexpr double silent = 1e-6, saturated = 0.95;
  const VectorXd activity = network.mean_absolute_rates().template cast<double>();
  const double highest = network.traits().highest_rate, n_units = static_cast<double>(activity.size());
  RateSummary summary;
  summary.mean = activity.mean();
  summary.silent = static_cast<double>((activity.array() < silent).count()) / n_units;
  summary.saturated =
      highest > 0 ? static_cast<double>((activity.array() >= saturated * highest).count()) / n_units : 0;
  return summary;
}

template <class Scalar>
WeightSummary weight_summary(const Network<Scalar>& network) {
  constexpr Index most_units = 2000;  // beyond, the radius takes longer than many an update
  WeightSummary summary;
  double radius = 0, square = 0;
  const auto matrices = network.recurrent_matrices();
  for (const Matrix<Scalar>& matrix : matrices) {
    const MatrixXd weights = matrix.template cast<double>();
    square += weights.squaredNorm();
    if (weights.rows() <= most_units) radius = std::max(radius, spectral_radius(weights));
  }
  if (matrices.empty()) return summary;
  summary.norm = std::sqrt(square);
  if (matrices.front().rows() <= most_units) summary.radius = radius;
  return summary;
}

template RateSummary rate_summary(const Network<float>&);
template RateSummary rate_summary(const Network<double>&);
template WeightSummary weight_summary(const Network<float>&);
template WeightSummary weight_summary(const Network<double>&);

}  // namespace cohort
