#include "bidiagonal.hpp"

#include "simd.hpp"

#include <cohort/core/matrix_product.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace cohort {
namespace {

using simd::Register;

/// The end of whole registers that hold `rows` values.
Index end_row(Index rows) { return simd::first_row(rows + simd::lanes - 1); }

double dot(const double* a, const double* b, Index first, Index end) {
  Register sum{};
  for (Index row = first; row < end; row += simd::lanes) sum += simd::load(a + row) * simd::load(b + row);
  return simd::sum(sum);
}

/// to += factor * from
void add(double* to, double factor, const double* from, Index first, Index end) {
  const Register all = simd::all(factor);
  for (Index row = first; row < end; row += simd::lanes)
    simd::store(to + row, simd::load(to + row) + all * simd::load(from + row));
}

void scale(double* values, double factor, Index first, Index end) {
  const Register all = simd::all(factor);
  for (Index row = first; row < end; row += simd::lanes) simd::store(values + row, simd::load(values + row) * all);
}

/// Steps of a panel: more make the update of the rest faster and each step slower.
constexpr Index kPanel = 4;

/// I - factor v vᵀ turns a vector into (length, 0, ...).
struct Reflection {
  double factor, length, divisor;  ///< divisor: of the vector without its first entry, to make it v
};

/// Of the vector at `values` from row `first` on; what stands before it must be zero. Makes v of it, with v[first] = 1.
Reflection reflect(double* values, Index first, Index end) {
  const double alpha = values[first];
  values[first] = 0;
  const double rest = dot(values, values, simd::first_row(first), end);
  if (rest == 0) {
    values[first] = 1;
    return {0, alpha, 1};
  }
  const double length = -std::copysign(std::sqrt(alpha * alpha + rest), alpha), divisor = alpha - length;
  scale(values, 1 / divisor, simd::first_row(first), end);
  values[first] = 1;
  return {(length - alpha) / length, length, divisor};
}

/// Reduces a matrix A in place. Within a panel A itself stays as it is: what is left of the reduced matrix is
/// A + left · rightᵀ, with two columns of each for every step of the panel.
class Reduction {
 public:
  explicit Reduction(PaddedMatrix<double>& a)
      : a_(a),
        n_(a.cols()),
        end_of_column_(end_row(a.rows())),
        end_of_row_(end_row(n_)),
        panel_(kPanel),
        left_(a.rows(), 2 * panel_),
        right_(n_, 2 * panel_),
        rows_(n_, 3),
        product_(a.rows(), 1),
        result_{VectorXd::Zero(n_), VectorXd::Zero(std::max<Index>(n_ - 1, 0))} {}

  Bidiagonal run() {
    for (Index first = 0; first < n_; first += panel_) {
      const Index n_steps = std::min(panel_, n_ - first);
      for (Index i = 0; i < n_steps; ++i) step(first + i, 2 * i);
      if (first + n_steps < n_) update(first + n_steps, 2 * n_steps);
    }
    return std::move(result_);
  }

 private:
  /// Column and row `j`; the panel has `n` columns of left and right before.
  void step(Index j, Index n) {
    const Index first = simd::first_row(j);
    double *column = a_.column(j), *v = left_.column(n);
    for (Index c = 0; c < n; ++c) add(column, right_.column(c)[j], left_.column(c), first, end_of_column_);
    std::copy(column + first, column + end_of_column_, v + first);
    std::fill(v + first, v + j, 0.0);
    const Reflection from_left = reflect(v, j, end_of_column_);
    result_.diagonal[j] = from_left.length;
    if (j + 1 == n_) return;
    multiply_panel(j, n, v);
    multiply_rest(j, n, v, from_left.factor);
    double *row = rows_.column(2), *x = left_.column(n + 1), *u = right_.column(n + 1);
    const Index first_of_row = simd::first_row(j + 1);
    const Reflection from_right = reflect(row, j + 1, end_of_row_);
    result_.above[j] = from_right.length;
    // x = A u, where product_ is A times the row before it became u.
    const Index first_below = simd::first_row(j + 1);
    std::copy(product_.column(0) + first_below, product_.column(0) + end_of_column_, x + first_below);
    add(x, -from_right.length, a_.column(j + 1), first_below, end_of_column_);
    scale(x, 1 / from_right.divisor, first_below, end_of_column_);
    for (Index c = 0; c <= n; ++c)
      add(x, dot(right_.column(c), row, first_of_row, end_of_row_), left_.column(c), first_below, end_of_column_);
    scale(x, from_right.factor, first_below, end_of_column_);
    std::fill(x + first_below, x + j + 1, 0.0);
    for (Index c = first_of_row; c < end_of_row_; ++c) u[c] = -row[c];
  }

  /// What the steps of the panel before add to the row of vᵀA, and to row `j` itself.
  void multiply_panel(Index j, Index n, const double* v) {
    const Index first = simd::first_row(j), first_of_row = simd::first_row(j + 1);
    double *product = rows_.column(0), *row = rows_.column(1);
    std::fill(product + first_of_row, product + end_of_row_, 0.0);
    std::fill(row + first_of_row, row + end_of_row_, 0.0);
    for (Index c = 0; c < n; ++c) {
      const double* right = right_.column(c);
      add(product, dot(left_.column(c), v, first, end_of_column_), right, first_of_row, end_of_row_);
      add(row, left_.column(c)[j], right, first_of_row, end_of_row_);
    }
  }

  /// Of each column behind `j`: its product with v, row `j` after the reflection, and the sum of the columns with the
  /// entries of that row as weights.
  void multiply_rest(Index j, Index n, const double* v, double factor) {
    const Index first_of_row = simd::first_row(j + 1);
    std::fill(product_.column(0) + simd::first_row(j), product_.column(0) + end_of_column_, 0.0);
    std::fill(rows_.column(2) + first_of_row, rows_.column(2) + end_of_row_, 0.0);
    std::fill(right_.column(n) + first_of_row, right_.column(n) + end_of_row_, 0.0);
    Index c = j + 1;
    for (; c + 8 <= n_; c += 8) multiply_columns<8>(j, c, n, v, factor);
    for (; c + 4 <= n_; c += 4) multiply_columns<4>(j, c, n, v, factor);
    for (; c < n_; ++c) multiply_columns<1>(j, c, n, v, factor);
  }

  template <int Columns>
  void multiply_columns(Index j, Index c, Index n, const double* v, double factor) {
    const Index first = simd::first_row(j), stride = a_.stride();
    const double* column = a_.column(c);
    Register sums[Columns] = {};
    for (Index row = first; row < end_of_column_; row += simd::lanes) {
      const Register value = simd::load(v + row);
#pragma GCC unroll 8
      for (int k = 0; k < Columns; ++k) sums[k] += value * simd::load(column + k * stride + row);
    }
    Register weights[Columns];
    double *y = right_.column(n), *entries = rows_.column(2);
#pragma GCC unroll 8
    for (int k = 0; k < Columns; ++k) {
      y[c + k] = -factor * (simd::sum(sums[k]) + rows_.column(0)[c + k]);
      entries[c + k] = column[k * stride + j] + rows_.column(1)[c + k] + y[c + k];
      weights[k] = simd::all(entries[c + k]);
    }
    double* product = product_.column(0);
    for (Index row = first; row < end_of_column_; row += simd::lanes) {
      Register sum = simd::load(product + row);
#pragma GCC unroll 8
      for (int k = 0; k < Columns; ++k) sum += weights[k] * simd::load(column + k * stride + row);
      simd::store(product + row, sum);
    }
  }

  /// Ends a panel: from column `next` on A becomes what is left of the reduced matrix.
  void update(Index next, Index n) {
    const Index first = simd::first_row(next);
    add_outer_products(left_.column(0) + first, left_.stride(), a_.rows() - first, right_.column(0) + next,
                       right_.stride(), n_ - next, n, a_.column(next) + first, a_.stride());
  }

  PaddedMatrix<double>& a_;
  Index n_, end_of_column_, end_of_row_, panel_;
  PaddedMatrix<double> left_, right_;
  PaddedMatrix<double> rows_;     ///< three rows of A: see multiply_panel and multiply_rest
  PaddedMatrix<double> product_;  ///< a column
  Bidiagonal result_;
};

/// The trapezoidal rule in u, downward from kHighest.
constexpr double kStep = 0.2625, kHighest = 8;
constexpr int kNodes = 168, kTogether = 24;  // several registers, so that divisions overlap
constexpr int kRegisters = kTogether / simd::lanes;

/// Σ x / (x + s) over the eigenvalues x of BᵀB, for kTogether values of s at once.
///
/// With pivots δ = a² + g of BᵀB + s the trace is Σ (a² + p) / δ, where g = s, p = 0 at first and then
/// p ← b² (a² p + g²) / δ², g ← s + b² g / δ.
void traces(const Bidiagonal& matrix, const Register* s, Register* trace) {
  Register g[kRegisters], p[kRegisters];
#pragma GCC unroll 6
  for (int k = 0; k < kRegisters; ++k) {
    g[k] = s[k];
    p[k] = trace[k] = Register{};
  }
  const Index n = matrix.diagonal.size();
  for (Index i = 0; i < n; ++i) {
    const double b = i + 1 < n ? matrix.above[i] : 0;
    const Register aa = simd::all(matrix.diagonal[i] * matrix.diagonal[i]), bb = simd::all(b * b);
#pragma GCC unroll 6
    for (int k = 0; k < kRegisters; ++k) {
      const Register inverse = 1 / (aa + g[k]), ratio = bb * inverse;
      trace[k] += (aa + p[k]) * inverse;
      p[k] = ratio * inverse * (aa * p[k] + g[k] * g[k]);
      g[k] = s[k] + ratio * g[k];
    }
  }
}

/// Σ x² over the eigenvalues of BᵀB.
double sum_of_squares(const Bidiagonal& matrix) {
  double sum = 0;
  const Index n = matrix.diagonal.size();
  for (Index i = 0; i < n; ++i) {
    const double a = matrix.diagonal[i], before = i > 0 ? matrix.above[i - 1] : 0;
    const double main = a * a + before * before, side = i + 1 < n ? a * matrix.above[i] : 0;
    sum += main * main + 2 * side * side;
  }
  return sum;
}

/// exp(u) of every node.
const std::array<double, kNodes>& node_weights() {
  static const std::array<double, kNodes> weights = [] {
    std::array<double, kNodes> values{};
    for (int node = 0; node < kNodes; ++node)
      values[static_cast<std::size_t>(node)] = std::exp(kHighest - kStep * node);
    return values;
  }();
  return weights;
}

/// Σ exp(u) over all nodes below the one of this weight.
double sum_below(double weight) { return weight / std::expm1(kStep); }

}  // namespace

Bidiagonal bidiagonalized(PaddedMatrix<double>& tall) { return Reduction(tall).run(); }

double singular_value_sum(const Bidiagonal& matrix) {
  const double square = matrix.diagonal.squaredNorm() + matrix.above.squaredNorm();
  if (square == 0) return 0;
  const auto n = static_cast<double>(matrix.diagonal.size());
  // Above all nodes x / (x + s) is x/s - x²/s² to all digits; eigenvalues are in units of their sum.
  const double above = kHighest + kStep;
  double sum = std::exp(-above) / -std::expm1(-kStep) -
               sum_of_squares(matrix) / (square * square) * std::exp(-3 * above) / -std::expm1(-3 * kStep);
  double lowest = 1, trace = 0;
  for (int node = 0; node < kNodes; node += kTogether) {
    alignas(simd::bytes) double weights[kTogether], shifts[kTogether];
    std::copy_n(node_weights().begin() + node, kTogether, weights);
    for (int k = 0; k < kTogether; ++k) shifts[k] = square * weights[k] * weights[k];
    lowest = weights[kTogether - 1];
    Register s[kRegisters], found[kRegisters];
    for (int k = 0; k < kRegisters; ++k) s[k] = simd::load(shifts + k * simd::lanes);
    traces(matrix, s, found);
    Register part{};
    for (int k = 0; k < kRegisters; ++k) part += found[k] * simd::load(weights + k * simd::lanes);
    sum += simd::sum(part);
    trace = found[kRegisters - 1][simd::lanes - 1];
    // Below, when all eigenvalues are far above s: every trace is n. The distance from it falls like s.
    if ((n - trace) * lowest < 1e-17 * sum) break;
  }
  sum += trace * sum_below(lowest);
  constexpr double two_over_pi = 0.63661977236758134308;
  return two_over_pi * kStep * std::sqrt(square) * sum;
}

}  // namespace cohort
