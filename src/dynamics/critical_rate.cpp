#include <cohort/dynamics/critical_rate.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {

CriticalRate critical_rate(const VectorXcd& eigenvalues) {
  const double largest = eigenvalues.size() == 0 ? 0 : eigenvalues.cwiseAbs().maxCoeff();
  CriticalRate result{std::numeric_limits<double>::infinity(), false};
  for (const std::complex<double> mu : eigenvalues) {
    if (std::abs(mu) <= 1e-7 * largest) continue;
    if (mu.real() <= 0) return {std::numeric_limits<double>::quiet_NaN(), true};
    result.rate = std::min(result.rate, 2 * mu.real() / std::norm(mu));
  }
  return result;
}

MatrixXd update_jacobian(TrialLoss& loss, LearningRule<double>& rule, const VectorXd& parameters,
                         const ParameterSubset& subset) {
  const double distance = 2e-6 * (1 + subset.part_of(parameters).norm());
  MatrixXd result(subset.size(), subset.size());
  const auto gradient_at = [&](Index column, double moved) {
    VectorXd place = parameters;
    subset.add(VectorXd::Unit(subset.size(), column), moved, place);
    loss.run(place);
    return subset.part_of(loss.gradient_of(rule));
  };
  for (Index column = 0; column < subset.size(); ++column)
    result.col(column) = (gradient_at(column, distance) - gradient_at(column, -distance)) / (2 * distance);
  return result;
}

}  // namespace cohort
