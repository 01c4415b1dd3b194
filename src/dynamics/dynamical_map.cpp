#include <cohort/dynamics/dynamical_map.hpp>

namespace cohort {

void DynamicalMap::pull_back(const ConstStates& x, const ConstStates& v, States out) const {
  MatrixXd derivative(dimension(), dimension());
  for (Index c = 0; c < x.cols(); ++c) {
    jacobian(x.col(c), derivative);
    out.col(c).noalias() = derivative.transpose() * v.col(c);
  }
}

}  // namespace cohort
