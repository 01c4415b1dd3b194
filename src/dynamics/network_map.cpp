#include <cohort/core/errors.hpp>
#include <cohort/dynamics/network_map.hpp>

#include <fmt/format.h>

namespace cohort {

NetworkMap::NetworkMap(const RecurrentNetwork<double>& network, const VectorXd& input)
    : map_(network.cell().map(network.parameters(), network.n_inputs())) {
  const CellTraits& traits = network.cell().traits();
  if (traits.is_spiking)
    throw UserError(fmt::format("a network of '{}' units cannot be analysed as a dynamical system", traits.name),
                    "spikes have no derivative", "Choose an architecture without spikes.");
  map_->set_input(input);
}

MatrixXd visited_states(const RecurrentNetwork<double>& network, const MatrixXd& inputs) {
  NetworkMap map(network, VectorXd::Zero(network.n_inputs()));
  return driven_trajectory(map, network.cell().initial_state(network.parameters()), inputs);
}

}  // namespace cohort
