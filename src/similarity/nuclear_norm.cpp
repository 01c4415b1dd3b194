#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/nuclear_norm.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {

namespace {

// A bidiagonal matrix: main diagonal [n] and the diagonal above it [n - 1].
struct Bidiagonal {
  VectorXd diagonal, above;
};

Bidiagonal bidiagonalized(const MatrixXd& tall) {
  const Index n = tall.cols();
  if (n == 1) return {VectorXd::Constant(1, tall.norm()), VectorXd(0)};
  // The first half of Eigen's BDCSVD; the second half is what costs it its time.
  const Eigen::internal::UpperBidiagonalization<MatrixXd> reduced(tall);
  const auto& bands = reduced.bidiagonal().coeffs();  // row 0: above, shifted right by one; row 1: main diagonal
  return {bands.row(1).transpose(), bands.row(0).tail(n - 1).transpose()};
}

// Plane rotation that turns (x, y) into (length, 0).
struct Rotation {
  double c, s, length;
};

Rotation rotation(double x, double y) {
  const double length = std::sqrt(x * x + y * y);
  if (length == 0) return {1, 0, 0};
  const double inverse = 1 / length;
  return {x * inverse, y * inverse, length};
}

// Wilkinson's shift: the eigenvalue of the last 2 x 2 block of BᵀB that is closer to its last entry.
double wilkinson_shift(const Bidiagonal& b, Index first, Index last) {
  const double e = b.above[last - 1];
  const double before = last - 1 > first ? b.above[last - 2] : 0;
  const double upper = b.diagonal[last - 1] * b.diagonal[last - 1] + before * before;
  const double lower = b.diagonal[last] * b.diagonal[last] + e * e;
  const double side = b.diagonal[last - 1] * e;
  const double half = (upper - lower) / 2;
  const double denominator = half + std::copysign(std::sqrt(half * half + side * side), half);
  return denominator == 0 ? lower : lower - side * side / denominator;
}

// One implicit QR step on rows first..last: chases the bulge that the shifted first rotation makes.
void qr_step(Bidiagonal& b, Index first, Index last) {
  double x = b.diagonal[first] * b.diagonal[first] - wilkinson_shift(b, first, last);
  double bulge = b.diagonal[first] * b.above[first];
  for (Index k = first; k < last; ++k) {
    const Rotation right = rotation(x, bulge);
    if (k > first) b.above[k - 1] = right.length;
    const double main = right.c * b.diagonal[k] + right.s * b.above[k];
    const double above = right.c * b.above[k] - right.s * b.diagonal[k];
    const Rotation left = rotation(main, right.s * b.diagonal[k + 1]);
    const double next = right.c * b.diagonal[k + 1];
    b.diagonal[k] = left.length;
    b.diagonal[k + 1] = left.c * next - left.s * above;
    x = b.above[k] = left.c * above + left.s * next;
    if (k + 1 < last) {
      bulge = left.s * b.above[k + 1];
      b.above[k + 1] *= left.c;
    }
  }
}

// Removes above[row] where diagonal[row] is zero, rotating it out of the matrix along its row. QR steps alone would
// stall there: no bulge forms.
void cancel_row(Bidiagonal& b, Index row, Index last) {
  double rest = b.above[row];
  b.diagonal[row] = b.above[row] = 0;
  for (Index k = row + 1; k <= last && rest != 0; ++k) {
    const Rotation turn = rotation(b.diagonal[k], rest);
    b.diagonal[k] = turn.length;
    if (k == last) return;
    rest = -turn.s * b.above[k];
    b.above[k] *= turn.c;
  }
}

// Turns the bidiagonal into a diagonal with the same singular values (up to sign).
void diagonalize(Bidiagonal& b) {
  const Index n = b.diagonal.size();
  if (n < 2) return;
  const double negligible = std::numeric_limits<double>::epsilon() / 2 *
                            std::max(b.diagonal.cwiseAbs().maxCoeff(), b.above.cwiseAbs().maxCoeff());
  Index steps_left = 60 * n;  // about 2 per value are needed
  for (Index last = n - 1; last > 0;) {
    if (std::abs(b.above[last - 1]) <= negligible) {
      --last;
      continue;
    }
    if (steps_left-- == 0) throw RunError("the singular values did not converge");
    Index first = last - 1;
    while (first > 0 && std::abs(b.above[first - 1]) > negligible && std::abs(b.diagonal[first]) > negligible) --first;
    if (std::abs(b.diagonal[first]) <= negligible)
      cancel_row(b, first, last);
    else
      qr_step(b, first, last);
  }
}

}  // namespace

double nuclear_norm(const MatrixXd& matrix) {
  expects(matrix.size() > 0, "nuclear_norm of a matrix that is not empty");
  const double largest = matrix.cwiseAbs().maxCoeff();
  if (!matrix.allFinite()) throw RunError("singular values of a matrix with NaN or infinite entries");
  if (largest == 0) return 0;
  // Squares of the entries appear on the way: scaling keeps them far from overflow and underflow.
  const bool is_tall = matrix.rows() >= matrix.cols();
  Bidiagonal b = bidiagonalized(is_tall ? MatrixXd(matrix / largest) : MatrixXd(matrix.transpose() / largest));
  diagonalize(b);
  return largest * b.diagonal.cwiseAbs().sum();
}

}  // namespace cohort
