#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Something added to the drives of a cell while it runs: unit noise, or a rule's perturbation.
template <class Scalar>
class DriveNoise {
 public:
  virtual ~DriveNoise() = default;

  /// Adds to the drives of step `step` (0-based within the pass): `n_drives` blocks of padded columns one behind the
  /// other, each [n_units x n_trials].
  virtual void add(Index step, Scalar* drives, Index stride) const = 0;
};

}  // namespace cohort
