#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/dynamics/stability.hpp>

#include <functional>

namespace cohort {

/// A matrix without symmetry [size x size], known by its products with vectors.
struct GeneralOperator {
  Index size = 0;
  std::function<VectorXd(const VectorXd&)> multiply{};
};

/// The ends of the spectrum of a matrix without symmetry.
struct GeneralEnds {
  VectorXcd leading;         ///< eigenvalues of largest modulus, in the order of Stability; empty where not converged,
                             ///< as of a matrix that is not finite
  double smallest_real = 0;  ///< smallest real part of any eigenvalue; NaN where not converged
};

/// By Arnoldi iteration with implicit restarts (Spectra), to residuals of 1e-4 of the size of the matrix; small
/// matrices are made in full. The smallest real part is looked for behind a shift by the largest modulus: complex
/// eigenvalues far from the axis can hide it, those near it cannot. `stream` draws the first vector. Asks `stop`
/// between products.
GeneralEnds general_ends(const GeneralOperator& matrix, Index n_leading, const RandomStream& stream,
                         const StopCheck& stop = {});

}  // namespace cohort
