#pragma once

#include <cohort/network/known_network.hpp>
#include <cohort/network/recurrent_network.hpp>

namespace cohort {

/// The same network with its cell and its states. Throws UserError when it is no recurrent one.
template <class Scalar>
RecurrentNetwork<Scalar>& as_recurrent(Network<Scalar>& network) {
  return known_network<RecurrentNetwork<Scalar>>(network);
}
template <class Scalar>
const RecurrentNetwork<Scalar>& as_recurrent(const Network<Scalar>& network) {
  return known_network<const RecurrentNetwork<Scalar>>(network);
}

}  // namespace cohort
