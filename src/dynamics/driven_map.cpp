#include <cohort/core/errors.hpp>
#include <cohort/dynamics/driven_map.hpp>

namespace cohort {

MatrixXd driven_trajectory(DrivenMap& map, const VectorXd& first, const MatrixXd& inputs) {
  expects(first.size() == map.dimension() && inputs.rows() == map.n_inputs(), "a state and inputs of the map");
  MatrixXd states(first.size(), inputs.cols());
  for (Index step = 0; step < inputs.cols(); ++step) {
    map.set_input(inputs.col(step));
    if (step == 0) {
      map.step(first, states.col(0));
    } else {
      map.step(states.col(step - 1), states.col(step));
    }
  }
  return states;
}

}  // namespace cohort
