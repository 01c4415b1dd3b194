#include <cohort/learning/recursive_least_squares.hpp>

#include <cohort/core/errors.hpp>

namespace cohort {

RecursiveLeastSquares::RecursiveLeastSquares(Index n_regressors, double alpha)
    : inverse_correlation_(MatrixXd::Identity(n_regressors, n_regressors) / alpha) {
  expects(alpha > 0, "a ridge above zero");
}

const VectorXd& RecursiveLeastSquares::gain(const VectorXd& regressors) {
  auto p = inverse_correlation_.selfadjointView<Eigen::Lower>();
  product_.noalias() = p * regressors;
  const double share = 1 / (1 + regressors.dot(product_));
  gain_ = share * product_;
  p.rankUpdate(product_, -share);
  return gain_;
}

}  // namespace cohort
