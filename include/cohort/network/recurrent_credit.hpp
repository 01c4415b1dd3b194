#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// What a rule keeps of the recurrent part of the state Jacobian (the leak is always kept). "Credit is data": cells
/// read these few fields, and a new rule of the family needs no new backward pass.
template <class Scalar>
struct RecurrentCredit {
  enum class Path {
    none,  ///< no credit through other units (e-prop)
    full   ///< the true recurrent weights (BPTT)
  };
  Path path = Path::full;

  /// The recurrent path is cut before step t (counted from 0 of T) whenever (T - t) mod horizon = 0; 0 never cuts.
  Index horizon = 0;

  bool crosses(Index step, Index n_steps) const {
    return path != Path::none && (horizon == 0 || (n_steps - step) % horizon != 0);
  }
};

}  // namespace cohort
