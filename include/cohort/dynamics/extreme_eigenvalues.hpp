#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/core/stop_request.hpp>

#include <functional>

namespace cohort {

/// A symmetric matrix [size x size], known by its products with vectors.
struct SymmetricOperator {
  Index size = 0;
  std::function<VectorXd(const VectorXd&)> multiply{};
  /// The same better, where `multiply` is rough (to 1e-7): eigenvalues are taken with it once their vectors are found.
  std::function<VectorXd(const VectorXd&)> multiply_well{};
};

/// The ends of the spectrum of a symmetric matrix. "Largest" is algebraically largest: of an indefinite matrix that is
/// not always the eigenvalue of largest modulus, which power iteration finds.
struct ExtremeEigenvalues {
  double largest = 0, second = 0;  ///< second counts multiplicities; NaN for a matrix of size 1
  double smallest = 0;  ///< right to 1e-5 of the size of the matrix at least; NaN where that end does not converge
  VectorXd leading;     ///< eigenvector of the largest, [size], of length 1; its sign means nothing
  bool has_converged =
      true;  ///< whether the largest two are known; else they are NaN, as of a matrix that is not finite

  /// The two largest cannot be told apart: `leading` is one vector of a plane.
  bool is_degenerate() const { return largest - second <= 1e-5 * (largest > -largest ? largest : -largest); }
};

/// By Lanczos iteration with implicit restarts (Spectra), to residuals of 1e-7 of the size of the matrix (1e-6 with
/// rough products); small matrices are made in full. The second eigenvalue comes from another iteration with the first
/// taken away, so that multiples are seen. `stream` draws the first vectors. Asks `stop` between products.
ExtremeEigenvalues extreme_eigenvalues(const SymmetricOperator& matrix, const RandomStream& stream,
                                       const StopCheck& stop = {});

/// The first of them alone; NaN when the iteration does not converge.
double largest_eigenvalue(const SymmetricOperator& matrix, const RandomStream& stream, const StopCheck& stop = {});

/// A mean over random vectors, and its standard error.
struct TraceEstimate {
  double trace = 0;
  double standard_error = 0;  ///< NaN for a single vector
};

/// Hutchinson's estimate of the trace, mean of zᵀ M z over `n_probes` vectors of random signs (Hutchinson 1990,
/// doi:10.1080/03610919008812866).
TraceEstimate hutchinson_trace(const SymmetricOperator& matrix, Index n_probes, const RandomStream& stream,
                               const StopCheck& stop = {});

}  // namespace cohort
