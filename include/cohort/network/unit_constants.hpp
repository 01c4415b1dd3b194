#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// A constant of every unit (a decay, a scale) in the form that elementwise kernels want: one number when all units
/// agree, else a block [n_units x n_trials] whose columns repeat.
template <class Scalar>
class UnitConstants {
 public:
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
  using Map = Eigen::Map<const Array, Eigen::AlignedMax>;

  UnitConstants() = default;
  explicit UnitConstants(const VectorXd& values) : values_(values.template cast<Scalar>()) {
    is_uniform_ = (values_.array() == values_[0]).all();
  }

  bool is_uniform() const { return is_uniform_; }
  const Vector<Scalar>& values() const { return values_; }  ///< [n_units]

  /// Calls `use` with the number, or with the block as a flat array of `size` values (a whole number of columns).
  template <class Use>
  decltype(auto) visit(Index size, Use&& use) const {
    if (is_uniform_) return use(values_[0]);
    if (size > block_.cols() * block_.stride()) {
      const Index stride = PaddedMatrix<Scalar>::padded(values_.size());
      block_.resize(values_.size(), size / stride);
      block_.matrix().colwise() = values_;
    }
    return use(Map(block_.column(0), size));
  }

 private:
  Vector<Scalar> values_;
  bool is_uniform_ = true;
  mutable PaddedMatrix<Scalar> block_;  // grows with the batch
};

}  // namespace cohort
