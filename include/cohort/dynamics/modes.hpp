#pragma once

#include <cohort/dynamics/driven_map.hpp>
#include <cohort/dynamics/stability.hpp>

namespace cohort {

using MatrixXcd = Matrix<std::complex<double>>;

/// The modes of a map at a fixed point x*: small deviations are Σ_i r_i (l_i · (x - x*)), each growing by λ_i per step.
struct Modes {
  VectorXcd eigenvalues;  ///< in the order of Stability
  MatrixXcd right;  ///< r_i as columns, of length 1, their entry of largest modulus (the first of equals) real and
                    ///< positive
  MatrixXcd left;   ///< l_i as rows: L = R⁻¹, so that l_i · r_j = δ_ij without conjugation
};

/// Of a Jacobian [n x n]. Near a Jacobian without a full set of eigenvectors the left ones are large: |l_i| is the
/// condition number of λ_i. Throws RunError when the eigenvalues do not converge.
Modes modes_of(const MatrixXd& jacobian);

/// ∂F/∂u of one step at `state` under `input`, [dimension x n_inputs], by central differences, right to about 1e-9.
/// Leaves the map at `input`.
MatrixXd input_derivatives(DrivenMap& map, const VectorXd& state, const VectorXd& input);

/// How a fixed point moves with the input, (I - J)⁻¹ ∂F/∂u, [dimension x n_inputs]; without bound near a continuum.
MatrixXd steady_state_sensitivity(const MatrixXd& jacobian, const MatrixXd& input_derivatives);

}  // namespace cohort
