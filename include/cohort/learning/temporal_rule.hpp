#pragma once

#include <cohort/learning/family_rule.hpp>
#include <cohort/network/recurrent_network.hpp>

namespace cohort {

/// What a temporal rule is given to compute one update: an UpdateContext whose network is recurrent.
template <class Scalar>
using TemporalContext = UpdateContext<Scalar, RecurrentNetwork<Scalar>>;

/// A rule that credits through time: trains recurrent networks.
template <class Scalar>
using TemporalRule = FamilyRule<Scalar, RecurrentNetwork<Scalar>>;

}  // namespace cohort
