#include <cohort/learning/layered_cost.hpp>

#include <cohort/learning/direct_cost.hpp>

namespace cohort {

template <class Scalar>
VectorXd layered_costs(const LayeredContext<Scalar>& context, const Matrix<Scalar>& outputs,
                       const std::function<Eigen::Ref<const Matrix<Scalar>>(Index)>& activity_of) {
  VectorXd costs = context.objective.trial_losses(context.batch, outputs, context.total_weight);
  if (context.direct.is_zero()) return costs;
  Index first = 0, layer = 0;
  for (const Layer& own : context.network.layers()) {
    add_direct_costs<Scalar>(context.direct, first, activity_of(++layer), costs);
    first += own.n_units;
  }
  return costs;
}

template VectorXd layered_costs(const LayeredContext<float>&, const Matrix<float>&,
                                const std::function<Eigen::Ref<const Matrix<float>>(Index)>&);
template VectorXd layered_costs(const LayeredContext<double>&, const Matrix<double>&,
                                const std::function<Eigen::Ref<const Matrix<double>>(Index)>&);

}  // namespace cohort
