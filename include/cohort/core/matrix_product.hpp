#pragma once

#include <cohort/core/matrix.hpp>

#include <vector>

namespace cohort {

/// The three matrix products of the time loop. They exist because the general-purpose products repack their
/// operands at every call: here a weight matrix is packed once and used for every time step.
///
/// All state matrices are PaddedMatrix columns: `[n_units]` values, one column per trial. Products are summed in
/// the order of the inner index with fused multiply-add, whatever the number of columns: one trial's result does
/// not depend on the trials beside it.

/// A constant matrix M [rows x cols], reordered once so that `multiply` streams it.
template <class Scalar>
class PackedMatrix {
 public:
  PackedMatrix() = default;
  PackedMatrix(Index rows, Index cols);

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }

  /// Stores diag(scale) * source; `scale` [rows] may hold one value, which then serves every row.
  void pack(const Eigen::Ref<const Matrix<Scalar>, 0, Eigen::OuterStride<>>& source, const Vector<Scalar>& scale);

  /// Stores source^T * diag(scale), with source [cols x rows] and `scale` [cols] or one value.
  void pack_transposed(const Eigen::Ref<const Matrix<Scalar>, 0, Eigen::OuterStride<>>& source,
                       const Vector<Scalar>& scale);

  const Scalar* panel(std::size_t index) const { return storage_.data() + panel_start_[index]; }
  const std::vector<int>& panel_vectors() const { return panel_vectors_; }

 private:
  template <class Element>
  void fill(const Element& element);

  Index rows_ = 0;
  Index cols_ = 0;
  std::vector<int> panel_vectors_;  ///< SIMD vectors of rows per panel
  std::vector<Index> panel_start_;
  Matrix<Scalar> storage_;  ///< panel after panel; in a panel column after column
};

enum class Write { replace, add };

/// out[:, c] (replaced or added to) M * in[:, c] for c in [0, n_columns). `out` columns must be padded and aligned
/// like those of PaddedMatrix; `in` needs no alignment.
template <class Scalar>
void multiply(const PackedMatrix<Scalar>& m, const Scalar* in, Index in_stride, Index n_columns, Scalar* out,
              Index out_stride, Write write);

/// out[:, j] += sum over c of left[:, c] * right[j, c], for j in [0, n_right): the product of a weight gradient.
/// `left` [n_left x n_columns] and `out` [n_left x n_right] have padded, aligned columns.
template <class Scalar>
void add_outer_products(const Scalar* left, Index left_stride, Index n_left, const Scalar* right, Index right_stride,
                        Index n_right, Index n_columns, Scalar* out, Index out_stride);

/// out[r, c] = dot(rows[:, r], in[:, c]): a matrix with few rows, given as padded, aligned columns of its transpose
/// with zeros in the padding. `out` is plain column-major [n_rows x n_columns].
template <class Scalar>
void multiply_few_rows(const PaddedMatrix<Scalar>& rows, const Scalar* in, Index in_stride, Index n_columns,
                       Scalar* out, Index out_stride);

}  // namespace cohort
