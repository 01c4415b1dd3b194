#include <cohort/network/spectral_radius.hpp>

#include <cmath>
#include <limits>

namespace cohort {

double spectral_radius(const MatrixXd& weights) {
  // ‖Wᵏ‖ ~ ρᵏ up to a factor that grows no faster than a power of k: with k = 2²⁴ its k-th root is 1.
  constexpr int n_squarings = 24;
  MatrixXd power = weights, square;
  double logarithm = 0, share = 1;
  for (int i = 0; i <= n_squarings; ++i, share /= 2) {
    const double norm = power.norm();
    if (norm == 0) return 0;
    if (!std::isfinite(norm)) return std::numeric_limits<double>::quiet_NaN();
    logarithm += share * std::log(norm);
    power /= norm;
    square.noalias() = power * power;
    power.swap(square);
  }
  return std::exp(logarithm);
}

}  // namespace cohort
