#include <cohort/core/errors.hpp>
#include <cohort/dynamics/modes.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include <algorithm>
#include <numeric>
#include <vector>

namespace cohort {
namespace {

/// Of length 1, with the entry of largest modulus real and positive. What is larger by rounding alone is not larger.
void normalize(Eigen::Ref<VectorXcd> vector) {
  vector.normalize();
  Index place = 0;
  for (Index i = 1; i < vector.size(); ++i)
    if (std::abs(vector[i]) > std::abs(vector[place]) * (1 + 1e-12)) place = i;
  vector *= std::conj(vector[place]) / std::abs(vector[place]);
}

}  // namespace

Modes modes_of(const MatrixXd& jacobian) {
  const Eigen::EigenSolver<MatrixXd> solver(jacobian, true);
  if (solver.info() != Eigen::Success) throw RunError("the eigenvalues of a Jacobian did not converge");
  const VectorXcd values = solver.eigenvalues();
  std::vector<Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return Stability::comes_first(values[a], values[b]); });
  const MatrixXcd vectors = solver.eigenvectors();
  Modes modes{values(order), vectors(Eigen::all, order), {}};
  for (Index i = 0; i < values.size(); ++i) normalize(modes.right.col(i));
  modes.left = modes.right.inverse();
  return modes;
}

MatrixXd input_derivatives(DrivenMap& map, const VectorXd& state, const VectorXd& input) {
  MatrixXd result(map.dimension(), input.size());
  VectorXd above(map.dimension()), below(map.dimension());
  for (Index i = 0; i < input.size(); ++i) {
    const double distance = 6e-6 * std::max(1.0, std::abs(input[i]));
    map.set_input(input + distance * VectorXd::Unit(input.size(), i));
    map.step(state, above);
    map.set_input(input - distance * VectorXd::Unit(input.size(), i));
    map.step(state, below);
    result.col(i) = (above - below) / (2 * distance);
  }
  map.set_input(input);
  return result;
}

MatrixXd steady_state_sensitivity(const MatrixXd& jacobian, const MatrixXd& input_derivatives) {
  const MatrixXd distance = MatrixXd::Identity(jacobian.rows(), jacobian.cols()) - jacobian;
  return Eigen::FullPivLU<MatrixXd>(distance).solve(input_derivatives);
}

}  // namespace cohort
