#pragma once

#include <cohort/learning/family_rule.hpp>
#include <cohort/network/layered_network.hpp>

namespace cohort {

/// What a layered rule is given to compute one update: an UpdateContext whose network has layers.
template <class Scalar>
using LayeredContext = UpdateContext<Scalar, LayeredNetwork<Scalar>>;

/// A rule that credits through depth: trains feedforward networks.
template <class Scalar>
using LayeredRule = FamilyRule<Scalar, LayeredNetwork<Scalar>>;

}  // namespace cohort
