#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/dynamics/stability.hpp>

#include <algorithm>
#include <cmath>

namespace cohort {

bool Stability::comes_first(std::complex<double> a, std::complex<double> b) {
  const double modulus_a = std::abs(a), modulus_b = std::abs(b);
  if (modulus_a != modulus_b) return modulus_a > modulus_b;
  if (a.real() != b.real()) return a.real() > b.real();
  return a.imag() > b.imag();
}

Stability stability_of(const MatrixXd& jacobian) {
  const Eigen::EigenSolver<MatrixXd> solver(jacobian, false);
  if (solver.info() != Eigen::Success) throw RunError("the eigenvalues of a Jacobian did not converge");
  Stability result;
  result.eigenvalues = solver.eigenvalues();
  std::sort(result.eigenvalues.begin(), result.eigenvalues.end(), Stability::comes_first);
  for (const auto& eigenvalue : result.eigenvalues) {
    const double growth = std::abs(eigenvalue) - 1;
    if (growth > Stability::margin) ++result.n_unstable;
    if (std::abs(growth) <= Stability::margin) ++result.n_marginal;
    if (std::abs(eigenvalue - 1.0) <= Stability::margin) result.is_isolated = false;
  }
  return result;
}

double time_constant(std::complex<double> eigenvalue, double dt) {
  return dt / std::abs(std::log(std::abs(eigenvalue)));
}

double longest_time_constant(const Stability& stability, double dt) {
  double longest = 0;
  for (const std::complex<double>& eigenvalue : stability.eigenvalues)
    longest = std::max(longest, time_constant(eigenvalue, dt));
  return longest;
}

Index n_slow(const Stability& stability, double dt, double slow) {
  return std::ranges::count_if(stability.eigenvalues, [&](const std::complex<double>& eigenvalue) {
    return time_constant(eigenvalue, dt) >= slow;
  });
}

}  // namespace cohort
