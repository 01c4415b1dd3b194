#include <cohort/learning/direct_cost.hpp>

namespace cohort {

template <class Scalar>
void add_direct_costs(const DirectCredit<Scalar>& direct, Index first, const Eigen::Ref<const Matrix<Scalar>>& h,
                      VectorXd& costs) {
  const Index n_trials = costs.size(), n = h.rows();
  for (Index column = 0; column < h.cols(); ++column) {
    double& cost = costs[column % n_trials];
    cost += static_cast<double>(direct.rate_weight) / 2 * static_cast<double>(h.col(column).squaredNorm());
    if (direct.offset.size() > 0) cost += static_cast<double>(direct.offset.segment(first, n).dot(h.col(column)));
    if (direct.trial_offset.size() > 0)
      cost += static_cast<double>(direct.trial_offset.col(column % n_trials).segment(first, n).dot(h.col(column)));
  }
}

template void add_direct_costs(const DirectCredit<float>&, Index, const Eigen::Ref<const Matrix<float>>&, VectorXd&);
template void add_direct_costs(const DirectCredit<double>&, Index, const Eigen::Ref<const Matrix<double>>&, VectorXd&);

}  // namespace cohort
