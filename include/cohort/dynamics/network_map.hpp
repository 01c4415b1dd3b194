#pragma once

#include <cohort/dynamics/dynamical_map.hpp>
#include <cohort/network/recurrent_network.hpp>

namespace cohort {

/// One step of a recurrent network at a constant input, as a DynamicalMap on the cell's state.
class NetworkMap final : public DynamicalMap {
 public:
  /// `network` must outlive the map; `input` [n_inputs].
  NetworkMap(const RecurrentNetwork<double>& network, VectorXd input);

  Index dimension() const override { return network_.cell().n_states(); }
  void step(const ConstStates& x, States out) const override;
  void jacobian(const ConstState& x, States out) const override;
  void pull_back(const ConstStates& x, const ConstStates& v, States out) const override;

 private:
  const RecurrentNetwork<double>& network_;
  VectorXd input_;
};

/// The states that a network visits when it is given `inputs` [n_inputs x n_steps] from its initial state,
/// [n_states x n_steps].
MatrixXd visited_states(const RecurrentNetwork<double>& network, const MatrixXd& inputs);

}  // namespace cohort
