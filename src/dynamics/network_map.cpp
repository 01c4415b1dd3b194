#include <cohort/dynamics/network_map.hpp>

namespace cohort {

NetworkMap::NetworkMap(const RecurrentNetwork<double>& network, VectorXd input)
    : network_(network), input_(std::move(input)) {}

void NetworkMap::step(const ConstStates& x, States out) const {
  MatrixXd next;
  network_.cell().step(network_.parameters(), input_, x, next);
  out = next;
}

void NetworkMap::jacobian(const ConstState& x, States out) const {
  MatrixXd result;
  network_.cell().state_jacobian(network_.parameters(), input_, x, result);
  out = result;
}

void NetworkMap::pull_back(const ConstStates& x, const ConstStates& v, States out) const {
  MatrixXd result;
  network_.cell().pull_back(network_.parameters(), input_, x, v, result);
  out = result;
}

MatrixXd visited_states(const RecurrentNetwork<double>& network, const MatrixXd& inputs) {
  MatrixXd states(network.cell().n_states(), inputs.cols());
  MatrixXd state = network.cell().initial_state(network.parameters()), next;
  for (Index step = 0; step < inputs.cols(); ++step) {
    network.cell().step(network.parameters(), inputs.col(step), state, next);
    state.swap(next);
    states.col(step) = state;
  }
  return states;
}

}  // namespace cohort
