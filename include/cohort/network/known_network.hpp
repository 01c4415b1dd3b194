#pragma once

#include <cohort/core/errors.hpp>
#include <cohort/network/network.hpp>

#include <string>

namespace cohort {

/// A network as one of its family: `Known` is RecurrentNetwork or LayeredNetwork, const for a const network. Throws
/// UserError when it is of another family. The one place that asks a network for its class.
template <class Known, class AnyNetwork>
Known& known_network(AnyNetwork& network) {
  auto* known = dynamic_cast<Known*>(&network);
  if (known != nullptr) return *known;
  const NetworkTraits traits = network.traits();
  throw UserError("'" + traits.name + "' is a " + family_name(traits.family) + " network",
                  std::string("a ") + family_name(Known::network_family) + " one is needed");
}

}  // namespace cohort
