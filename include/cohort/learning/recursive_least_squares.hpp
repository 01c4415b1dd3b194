#pragma once

#include <cohort/learning/state_visitor.hpp>

namespace cohort {

/// Least squares, one sample at a time (Haykin 2002, ch. 13; the core of FORCE): with the gain k of each sample,
///
///     k = P r / (1 + rᵀ P r),   P ← P - k rᵀ P,   w ← w - e kᵀ,   e = w r - target
///
/// after any number of samples w minimizes Σ |w r - target|² + α |w - w_0|²: the closed form of ridge regression. P,
/// the inverse of Σ r rᵀ + α I, is shared by all rows of w and always held in double precision.
class RecursiveLeastSquares {
 public:
  /// P starts at I / alpha.
  RecursiveLeastSquares(Index n_regressors, double alpha);

  /// Takes in one sample's regressors r [n_regressors] and returns its gain k, valid until the next call.
  const VectorXd& gain(const VectorXd& regressors);

  void visit_state(StateVisitor& visitor) { visitor.visit("inverse_correlation", inverse_correlation_); }

 private:
  MatrixXd inverse_correlation_;  ///< P, its lower triangle
  VectorXd product_;              ///< P r
  VectorXd gain_;
};

}  // namespace cohort
