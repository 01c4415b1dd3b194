#pragma once

#include <cohort/similarity/representation.hpp>

namespace cohort {

/// The least number of principal components that hold at least `share` of the variance of the units: from 1 to
/// min(n_units, n_samples - 1). Requires a share in (0, 1].
Index variance_dimension(const Representation& representation, double share);

}  // namespace cohort
