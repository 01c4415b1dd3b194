#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Square matrices with room for N x N numbers, of which the rest is zero: maps of a few dimensions, whose products a
/// general routine takes longer to begin than to do.
template <int N>
using SmallSquare = Eigen::Matrix<double, N, N>;

enum class Into { replace, add, subtract };

/// result (replaced, or added to or subtracted from) a * b.
template <Into into = Into::replace>
void multiply_square(const MatrixXd& a, const MatrixXd& b, MatrixXd& result) {
  if constexpr (into == Into::replace) result.noalias() = a * b;
  if constexpr (into == Into::add) result.noalias() += a * b;
  if constexpr (into == Into::subtract) result.noalias() -= a * b;
}

/// Several columns at once, so that each register of `a` serves all of them.
template <Into into = Into::replace, int N>
void multiply_square(const SmallSquare<N>& a, const SmallSquare<N>& b, SmallSquare<N>& result) {
  typedef double Four __attribute__((vector_size(32), may_alias));
  constexpr int lanes = 4, n_registers = N / lanes, n_columns = N > 12 ? 2 : 4;
  static_assert(N % lanes == 0 && N % n_columns == 0 && N <= 16, "all sums stay in registers");
  const auto of = [](const double* column) { return reinterpret_cast<const Four*>(column); };
  for (int first = 0; first < N; first += n_columns) {
    Four sums[n_columns][n_registers]{};
    for (int k = 0; k < N; ++k) {
      const Four* left = of(a.data() + k * N);
      for (int j = 0; j < n_columns; ++j) {
        const double one = b.data()[(first + j) * N + k];
        const Four right{one, one, one, one};
        for (int i = 0; i < n_registers; ++i) sums[j][i] += left[i] * right;
      }
    }
    for (int j = 0; j < n_columns; ++j) {
      Four* column = reinterpret_cast<Four*>(result.data() + (first + j) * N);
      for (int i = 0; i < n_registers; ++i) {
        if constexpr (into == Into::replace) column[i] = sums[j][i];
        if constexpr (into == Into::add) column[i] += sums[j][i];
        if constexpr (into == Into::subtract) column[i] -= sums[j][i];
      }
    }
  }
}

}  // namespace cohort
