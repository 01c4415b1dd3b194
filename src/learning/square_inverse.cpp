#include <cohort/learning/square_inverse.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <limits>

namespace cohort {

template <class Scalar>
void SquareInverse<Scalar>::take(const Eigen::Ref<const Matrix<Scalar>>& weights, bool is_orthogonal,
                                 const std::string& name) {
  weights_ = weights;
  is_orthogonal_ = is_orthogonal;
  if (is_orthogonal_) return;
  factors_.compute(weights_);
  const bool is_regular = (factors_.matrixLU().diagonal().array() != 0).all();
  const double condition = is_regular ? static_cast<double>(factors_.rcond()) : 0;
  if (!(condition > static_cast<double>(std::numeric_limits<Scalar>::epsilon())))
    throw RunError(fmt::format("{} has no inverse (its reciprocal condition number is {:.1e})", name, condition));
}

template <class Scalar>
void SquareInverse<Scalar>::solve(const Matrix<Scalar>& values, Matrix<Scalar>& result) const {
  if (is_orthogonal_)
    result.noalias() = weights_.transpose() * values;
  else
    result = factors_.solve(values);
}

template class SquareInverse<float>;
template class SquareInverse<double>;

}  // namespace cohort
