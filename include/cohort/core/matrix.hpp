#pragma once

#include <cohort/core/matrix_kernels.hpp>

#include <Eigen/Core>

#include <cstddef>

namespace cohort {

using Index = Eigen::Index;

/// Column-major dense matrix, as everywhere in Cohort: `[n_units x n_trials]` keeps the units of one trial together.
template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

template <class Scalar>
using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

using MatrixXd = Matrix<double>;
using VectorXd = Vector<double>;

/// A matrix whose columns start on cache lines: `rows` used values, then zeros up to `stride()`.
///
/// The kernels read and write whole SIMD vectors, so every column is padded. The padding starts as zero and
/// stays finite; no kernel lets it reach a used value. The stride is kept off multiples of 1024 bytes, which
/// would map the columns of a matrix onto few cache sets.
template <class Scalar>
class PaddedMatrix {
 public:
  using Map = Eigen::Map<Matrix<Scalar>, Eigen::AlignedMax, Eigen::OuterStride<>>;
  using ConstMap = Eigen::Map<const Matrix<Scalar>, Eigen::AlignedMax, Eigen::OuterStride<>>;

  PaddedMatrix() = default;
  PaddedMatrix(Index rows, Index cols) : rows_(rows), cols_(cols), storage_(Matrix<Scalar>::Zero(padded(rows), cols)) {}

  /// Changes the size, keeping the memory when it is large enough. Values are unspecified afterwards.
  void resize(Index rows, Index cols) {
    if (rows != rows_ || cols > storage_.cols()) storage_ = Matrix<Scalar>::Zero(padded(rows), cols);
    rows_ = rows;
    cols_ = cols;
  }

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  /// Distance between two columns, in values.
  Index stride() const { return storage_.rows(); }

  Scalar* column(Index col) { return storage_.data() + col * stride(); }
  const Scalar* column(Index col) const { return storage_.data() + col * stride(); }

  /// The used part, [rows x cols].
  Map matrix() { return {storage_.data(), rows_, cols(), Eigen::OuterStride<>(stride())}; }
  ConstMap matrix() const { return {storage_.data(), rows_, cols(), Eigen::OuterStride<>(stride())}; }

  /// `n_cols` columns from `first` with their padding, as one aligned array: for elementwise kernels.
  auto array(Index first, Index n_cols) {
    return Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>, Eigen::AlignedMax>(column(first), n_cols * stride());
  }
  auto array(Index first, Index n_cols) const {
    return Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>, Eigen::AlignedMax>(column(first),
                                                                                        n_cols * stride());
  }

  void set_zero() { storage_.setZero(); }

  std::size_t bytes() const { return sizeof(Scalar) * static_cast<std::size_t>(storage_.size()); }

  /// The stride used for `rows` values.
  static Index padded(Index rows) {
    constexpr Index line = 64 / sizeof(Scalar);
    const Index stride = (rows + line - 1) / line * line;
    return stride % (16 * line) == 0 ? stride + line : stride;
  }

 private:
  Index rows_ = 0;
  Index cols_ = 0;
  Matrix<Scalar> storage_;  // may hold more columns than are in use
};

}  // namespace cohort
