#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Through which weights credit flows from a unit to those that drove it.
enum class CreditPath {
  none,  ///< through none (e-prop)
  full,  ///< the true recurrent weights (BPTT)
  self,  ///< each unit's connection to itself only (SnAp-1)
  given  ///< other weights in their place (averages over cell types)
};

/// How far credit flows through them.
enum class CreditHops {
  all,          ///< any number of connections
  one,          ///< one connection, from the instant before (MDGL)
  one_filtered  ///< one connection, from all later instants through the receiver's leak
};

/// What a rule keeps of the recurrent part of the state Jacobian (the leak is always kept). "Credit is data": cells
/// read these few fields, and a new rule of the family needs no new backward pass.
template <class Scalar>
struct RecurrentCredit {
  CreditPath path = CreditPath::full;
  CreditHops hops = CreditHops::all;

  /// [n_units x n_units], CreditPath::given only: the credit of unit i flows to unit j in proportion to weights(i, j).
  Matrix<Scalar> weights{};

  /// Used for f' in the recurrent path when positive (ModProp's μ); 0 keeps f'.
  Scalar constant_slope = 0;

  /// The recurrent path is cut before step t (counted from 0 of T) whenever (T - t) mod horizon = 0; 0 never cuts.
  Index horizon = 0;

  bool crosses(Index step, Index n_steps) const {
    return path != CreditPath::none && (horizon == 0 || (n_steps - step) % horizon != 0);
  }
};

}  // namespace cohort
