#pragma once

#include <cohort/similarity/representation.hpp>

namespace cohort {

/// Effective number of dimensions, (Σλ)² / Σλ² over the eigenvalues λ of the covariance of the units: from 1 to
/// min(n_units, n_samples - 1) (Gao et al. 2017, doi:10.1101/214262).
double participation_ratio(const Representation& representation);

}  // namespace cohort
