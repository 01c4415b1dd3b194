#pragma once

#include <cohort/dynamics/driven_map.hpp>
#include <cohort/network/recurrent_network.hpp>

#include <memory>

namespace cohort {

/// One step of a recurrent network as a map of the cell's state, driven by the network's input.
///
/// A snapshot: the map holds the weights that the network had when it was made, packed once, and does not follow later
/// changes. The constant part of the drives is computed once per input. Nothing is allocated after the first call with
/// as many states; states that come again (a step, then the derivatives there) are not computed again. One object
/// serves one thread.
class NetworkMap final : public DrivenMap {
 public:
  /// `input` [n_inputs], until another one is set. Throws UserError for units that spike: they have no derivatives.
  NetworkMap(const RecurrentNetwork<double>& network, const VectorXd& input);

  Index dimension() const override { return map_->n_states(); }
  Index n_inputs() const override { return map_->n_inputs(); }
  void set_input(const ConstState& input) override { map_->set_input(input); }
  void step(const ConstStates& x, States out) const override { map_->step(x, out); }
  void jacobian(const ConstState& x, States out) const override { map_->jacobian(x, out); }
  void push(const ConstStates& x, const ConstStates& v, States out) const override { map_->push(x, v, out); }
  void pull_back(const ConstStates& x, const ConstStates& v, States out) const override { map_->pull_back(x, v, out); }

 private:
  std::unique_ptr<CellMap<double>> map_;
};

/// The states that a network visits when it is given `inputs` [n_inputs x n_steps] from its initial state,
/// [n_states x n_steps]. Throws as NetworkMap.
MatrixXd visited_states(const RecurrentNetwork<double>& network, const MatrixXd& inputs);

}  // namespace cohort
