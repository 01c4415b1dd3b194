#include <cohort/core/errors.hpp>
#include <cohort/dynamics/dynamical_map.hpp>

namespace cohort {

void DynamicalMap::push(const ConstStates& x, const ConstStates& v, States out) const {
  expects(x.cols() == v.cols() || x.cols() == 1, "a state for every vector, or one for all");
  MatrixXd local(dimension(), dimension());
  for (Index c = 0; c < v.cols(); ++c) {
    if (c < x.cols()) jacobian(x.col(c), local);
    out.col(c).noalias() = local * v.col(c);
  }
}

void DynamicalMap::pull_back(const ConstStates& x, const ConstStates& v, States out) const {
  expects(x.cols() == v.cols() || x.cols() == 1, "a state for every vector, or one for all");
  MatrixXd local(dimension(), dimension());
  for (Index c = 0; c < v.cols(); ++c) {
    if (c < x.cols()) jacobian(x.col(c), local);
    out.col(c).noalias() = local.transpose() * v.col(c);
  }
}

}  // namespace cohort
