#pragma once

#include <cohort/similarity/representation.hpp>

namespace cohort {

/// Principal components of a representation: Xc = scores · diag(values) · loadingsᵀ, what its rounding alone moves left
/// out.
struct PrincipalParts {
  MatrixXd scores{};  ///< [n_samples x rank], orthonormal
  VectorXd values{};  ///< [rank], falling
};
PrincipalParts principal_parts(const Representation& representation);

/// As many independent units as centred samples can have: some combination of them fits anything.
bool has_full_rank(const PrincipalParts& parts);

}  // namespace cohort
