#pragma once

#include <cohort/core/errors.hpp>
#include <cohort/dynamics/parameter_subset.hpp>
#include <cohort/dynamics/trial_loss.hpp>

namespace cohort {

/// A unit lies at a kink of its activation function whatever the distance: there is no Hessian.
class AtKink : public RunError {
 public:
  AtKink() : RunError("a unit lies at the kink of its activation function, where the loss has no second derivatives") {}
};

/// Products of the Hessian of a loss with vectors over some of its parameters, at one point: central differences of
/// exact gradients in double precision, H v = (g(θ + εv) - g(θ - εv)) / 2ε.
///
/// One mechanism for every network and cell, since gradients are all it needs; two gradients are as many matrix
/// products (six per step) as one exact product by second derivatives. It is right to 1e-9 and better: with ε |v| =
/// 2e-6 (1 + |θ|) what is cut off and what is rounded are both of order 1e-10. Activation functions with a kink would
/// spoil it where a unit crosses the kink between the two points, so both are looked at (TrialLoss::write_pattern), and
/// the distance shrinks until none does: second derivatives at a kink count as 0, as those of automatic
/// differentiation.
class HessianProducts {
 public:
  /// `loss` must outlive this.
  HessianProducts(TrialLoss& loss, const VectorXd& parameters, const ParameterSubset& subset);

  Index size() const { return subset_.size(); }
  double loss() const { return value_; }
  /// The gradient over the subset, [size].
  const VectorXd& gradient() const { return gradient_; }
  /// Products so far, of all kinds.
  int n_products() const { return n_products_; }

  /// H v, [size]. Throws AtKink.
  VectorXd multiply(const VectorXd& v);
  /// The same in half the time from one side, (g(θ + εv) - g(θ)) / ε with the gradient at θ kept: right to 1e-7 or so,
  /// to 1e-5 where kinks ask for a short distance, which is enough to look for eigenvectors and for traces. What comes
  /// of them is taken with `multiply`: the error of an eigenvalue vᵀ H v is the square of that of v. Throws AtKink.
  VectorXd multiply_roughly(const VectorXd& v);
  /// What `rule` and the regularizers make of a step at θ, over the subset, [size].
  VectorXd update_of(LearningRule<double>& rule);
  /// M v with M = ∂s/∂θ, the derivative of what update_of returns (see critical_rate), from one side: right to 1e-7 or
  /// so. `here` is s at θ. Throws AtKink.
  VectorXd multiply_update(LearningRule<double>& rule, const VectorXd& here, const VectorXd& v);
  /// G v of the Gauss-Newton part G = Jᵀ (∂²E/∂y²) J of the task's loss. Throws AtKink.
  VectorXd multiply_gauss_newton(const VectorXd& v);
  /// vᵀ H v / |v|²; NaN for v = 0.
  double sharpness_along(const VectorXd& v);

 private:
  /// Runs both sides of a distance along v at which no kink lies between them; afterwards the difference quotient of
  /// what `take` returns behind each run.
  template <class Take>
  auto quotient(const VectorXd& v, const Take& take);
  /// The same from one side, against what it gives at θ.
  template <class Take>
  VectorXd one_sided_quotient(const VectorXd& v, const VectorXd& here, const Take& take);

  TrialLoss& loss_;
  VectorXd parameters_;
  ParameterSubset subset_;
  double distance_;            ///< ε |v|, shrinks where kinks are near
  double one_sided_distance_;  ///< the same of products from one side
  double least_distance_;
  double value_;
  VectorXd gradient_, moved_;
  std::vector<std::uint8_t> here_, above_, below_;  ///< patterns of kinks
  int n_products_ = 0;
};

}  // namespace cohort
