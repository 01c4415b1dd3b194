#pragma once

#include <cohort/dynamics/parameter_subset.hpp>
#include <cohort/dynamics/stability.hpp>
#include <cohort/dynamics/trial_loss.hpp>

namespace cohort {

/// Up to which learning rate gradient descent with a rule's own updates stays at a minimum.
struct CriticalRate {
  double rate = 0;              ///< infinite when nothing bounds it; NaN when is_always_left
  bool is_always_left = false;  ///< some direction grows at every rate
};

/// Near a minimum w - w* <- (I - η M)(w - w*) with M = ∂ĝ/∂w, the derivative of what the rule takes for the gradient
/// (see update_jacobian): it attracts iff |1 - η μ| < 1 for every eigenvalue μ of M, so the critical rate is
/// min 2 Re μ / |μ|², and there is none where some Re μ <= 0. The condition λ₁ < 2/(ηρ) of Liu et al. 2022
/// (arXiv:2206.00823), ρ = ⟨ĝ, g⟩/|g|², is this for a single parameter and an estimate for more. Directions in which
/// the update does not change (|μ| below 1e-7 of the largest) neither attract nor repel and are left out.
CriticalRate critical_rate(const VectorXcd& eigenvalues);

/// M[i, j] = ∂ĝ_i/∂w_j of what `rule` takes for the gradient, over a subset of the parameters, by central differences:
/// [size x size], two gradients per column, wherever kinks are. For small smooth networks; see
/// HessianProducts::multiply_update for others.
MatrixXd update_jacobian(TrialLoss& loss, LearningRule<double>& rule, const VectorXd& parameters,
                         const ParameterSubset& subset);

}  // namespace cohort
