#include <cohort/dynamics/orthonormal_frame.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/matrix_product.hpp>

#include <algorithm>
#include <limits>

namespace cohort {
namespace {

/// A column is projected once more when less than this share of it was left.
constexpr double kSecondProjection = 1e-6;

/// Removes from column `column` what lies along the columns before it.
void project(PaddedMatrix<double>& columns, Index column) {
  const auto before = columns.matrix().leftCols(column);
  const VectorXd overlap = before.transpose() * columns.matrix().col(column);
  columns.matrix().col(column).noalias() -= before * overlap;
}

/// A unit vector orthogonal to the columns before `column`, in its place: the axis that they leave most of, projected.
void complete(PaddedMatrix<double>& columns, Index column) {
  Index axis = 0;
  columns.matrix().leftCols(column).rowwise().squaredNorm().minCoeff(&axis);
  columns.matrix().col(column) = VectorXd::Unit(columns.rows(), axis);
  project(columns, column);
  project(columns, column);
  columns.matrix().col(column).normalize();
}

}  // namespace

double OrthonormalFrame::orthonormalize(PaddedMatrix<double>& columns, VectorXd& diagonal) {
  const Index n_columns = columns.cols();
  expects(n_columns <= columns.rows(), "no more vectors than dimensions");
  diagonal.resize(n_columns);
  length_ = columns.matrix().colwise().norm();
  for (Index first = 0; first < n_columns; first += panel_width) {
    const Index width = std::min(panel_width, n_columns - first);
    orthonormalize_panel(columns, first, width, diagonal);
    if (first + width < n_columns) project_rest(columns, first, width);
  }
  double least = 1;
  for (Index column = 0; column < n_columns; ++column)
    least = std::min(least, length_[column] > 0 ? diagonal[column] / length_[column] : 0);
  return least;
}

/// The columns of a panel among themselves; what lies along earlier panels has been taken from them.
void OrthonormalFrame::orthonormalize_panel(PaddedMatrix<double>& columns, Index first, Index width,
                                            VectorXd& diagonal) {
  const double nothing = static_cast<double>(columns.rows()) * std::numeric_limits<double>::epsilon();
  for (Index column = first; column < first + width; ++column) {
    auto own = columns.array(column, 1).matrix();
    for (int pass = 0; pass < 2; ++pass)
      for (Index other = first; other < column; ++other) {
        const auto before = columns.array(other, 1).matrix();
        own -= before.dot(own) * before;
      }
    double left = own.norm();
    if (left < kSecondProjection * length_[column]) {
      project(columns, column);
      left = own.norm();
    }
    const bool is_new = left > nothing * length_[column];
    diagonal[column] = is_new ? left : 0;
    if (is_new) {
      own /= left;
    } else if (left <= nothing * length_[column]) {  // not for NaN
      complete(columns, column);
    }
  }
}

/// Takes what lies along a panel from all columns behind it.
void OrthonormalFrame::project_rest(PaddedMatrix<double>& columns, Index first, Index width) {
  const Index rest = first + width, n_rest = columns.cols() - rest;
  panel_.resize(columns.rows(), width);
  panel_.matrix() = columns.matrix().middleCols(first, width);
  overlap_.resize(width, n_rest);
  multiply_few_rows(panel_, columns.column(rest), columns.stride(), n_rest, overlap_.data(), width);
  negative_overlap_ = -overlap_.transpose();
  add_outer_products(columns.column(first), columns.stride(), columns.rows(), negative_overlap_.data(), n_rest, n_rest,
                     width, columns.column(rest), columns.stride());
}

}  // namespace cohort
