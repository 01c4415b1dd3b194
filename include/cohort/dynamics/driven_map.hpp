#pragma once

#include <cohort/dynamics/dynamical_map.hpp>

namespace cohort {

/// A map that an input drives, x_t = F(x_{t-1}, u_t): given the input of a step it is the autonomous map of that step,
/// whose derivatives are those along the driven trajectory. The input is zero until it is set.
class DrivenMap : public DynamicalMap {
 public:
  virtual Index n_inputs() const = 0;

  /// The input of the steps from now on, [n_inputs].
  virtual void set_input(const ConstState& input) = 0;
};

/// The states x_1, x_2, ... that the map goes through from `first` [dimension] under `inputs` [n_inputs x n_steps],
/// [dimension x n_steps]. Leaves the map at the last input.
MatrixXd driven_trajectory(DrivenMap& map, const VectorXd& first, const MatrixXd& inputs);

}  // namespace cohort
