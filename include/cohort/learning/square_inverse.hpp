#pragma once

#include <cohort/core/decompositions.hpp>
#include <cohort/core/matrix.hpp>

#include <string>

namespace cohort {

/// Solves with a square weight matrix, by one LU factorization or, where it is orthogonal, by its transpose.
template <class Scalar>
class SquareInverse {
 public:
  /// Takes `weights` [n x n]. Throws RunError naming them as `name` when they have no inverse in this precision.
  void take(const Eigen::Ref<const Matrix<Scalar>>& weights, bool is_orthogonal, const std::string& name);

  /// Writes W⁻¹ y for every column y of `values`, [n x n_columns].
  void solve(const Matrix<Scalar>& values, Matrix<Scalar>& result) const;

 private:
  bool is_orthogonal_ = false;
  Matrix<Scalar> weights_;
  Eigen::PartialPivLU<Matrix<Scalar>> factors_;
};

}  // namespace cohort
