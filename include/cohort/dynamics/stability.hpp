#pragma once

#include <cohort/core/matrix.hpp>

#include <cmath>
#include <complex>

namespace cohort {

using VectorXcd = Vector<std::complex<double>>;

/// How perturbations of a fixed point (or of a cycle) grow from one step (one period) to the next.
struct Stability {
  /// An eigenvalue whose modulus is 1 within this counts as marginal: neither growing nor decaying.
  static constexpr double margin = 1e-6;

  VectorXcd eigenvalues;    ///< by decreasing modulus, then decreasing real part, then decreasing imaginary part
  Index n_unstable = 0;     ///< eigenvalues of modulus above 1 + margin: the dimension of the unstable manifold
  Index n_marginal = 0;     ///< eigenvalues of modulus 1 within the margin
  bool is_isolated = true;  ///< false when an eigenvalue is 1 within the margin: the point may belong to a continuum

  /// Does `a` stand before `b` among eigenvalues?
  static bool comes_first(std::complex<double> a, std::complex<double> b);

  double largest_modulus() const { return eigenvalues.size() == 0 ? 0 : std::abs(eigenvalues[0]); }
  bool is_stable() const { return n_unstable == 0 && n_marginal == 0; }
};

/// The stability told by a Jacobian [n x n]. Throws RunError when its eigenvalues do not converge.
Stability stability_of(const MatrixXd& jacobian);

/// Time after which a mode with this eigenvalue has grown or decayed by e: dt / |log|λ||, in the unit of `dt`;
/// infinite at |λ| = 1, zero at λ = 0.
double time_constant(std::complex<double> eigenvalue, double dt);

/// The longest time constant of all modes, in the unit of `dt`; 0 without any.
double longest_time_constant(const Stability& stability, double dt);

/// Modes with a time constant of at least `slow`, in the unit of `dt`, growing ones too: the dimension of the manifold
/// on which states dwell that long.
Index n_slow(const Stability& stability, double dt, double slow);

}  // namespace cohort
