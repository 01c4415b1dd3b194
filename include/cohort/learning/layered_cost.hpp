#pragma once

#include <cohort/learning/layered_rule.hpp>

#include <functional>

namespace cohort {

/// What each trial adds to what training minimizes, [n_trials], if a network of layers has these outputs and these
/// activities of its layers (`activity_of(1)` .. `activity_of(L)`): its share of the loss, and of the regularizers the
/// function whose derivative is the direct credit, see trial_costs.
template <class Scalar>
VectorXd layered_costs(const LayeredContext<Scalar>& context, const Matrix<Scalar>& outputs,
                       const std::function<Eigen::Ref<const Matrix<Scalar>>(Index)>& activity_of);

}  // namespace cohort
