#pragma once

#include <support/recurrent.hpp>

#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/network/recurrent_network.hpp>

#include <memory>
#include <string>

namespace cohort::test {

/// A network with every parameter drawn, also those that normally start at zero: nothing hides behind a zero.
template <class Scalar>
std::unique_ptr<RecurrentNetwork<Scalar>> random_network(const std::string& cell, Index n_inputs, Index n_outputs,
                                                         std::uint64_t seed = 1) {
  auto network = test::recurrent<Scalar>(cell, n_inputs, n_outputs);
  network->initialize(*initializations().make("gaussian/gain=1.2"), RandomStream("test", cell, seed));
  RandomStream stream("test-parameters", cell, seed);
  for (const auto& block : network->parameters().layout.blocks()) {
    auto values = network->parameters().block(block.name);
    if (values.isZero())
      for (Index i = 0; i < values.size(); ++i) values(i) = static_cast<Scalar>(0.3 * stream.normal());
  }
  return network;
}

}  // namespace cohort::test
