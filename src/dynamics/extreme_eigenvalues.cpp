#include <cohort/dynamics/extreme_eigenvalues.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>

#include <Spectra/SymEigsSolver.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// Up to this size a matrix is made in full: Lanczos would take as many products.
constexpr Index kSmall = 32;
/// Of residuals, relative to the size of the matrix: eigenvalues are right to their squares. The lower end is often a
/// crowd of eigenvalues near 0 that no iteration tells apart.
constexpr double kTolerance = 1e-7, kRoughTolerance = 1e-6, kSmallestTolerance = 1e-5;
constexpr Index kRestarts = 100, kVectors = 24;

/// A product left the range of numbers: nothing can converge.
struct NotFinite {};

/// What Spectra asks of a matrix: M + shift I, where a part `taken` vvᵀ of M may be taken away. Its tolerance is
/// relative to each eigenvalue, so all are shifted to where none is near 0: then it is relative to the size of the
/// matrix.
class Products {
 public:
  using Scalar = double;

  Products(const SymmetricOperator& matrix, double shift, const StopCheck& stop)
      : matrix_(matrix), shift_(shift), stop_(stop) {}
  double shift() const { return shift_; }
  double tolerance() const { return matrix_.multiply_well ? kRoughTolerance : kTolerance; }
  /// vᵀ M v of a vector of length 1, without what is taken away; `found` where nothing better is known.
  double value_along(const VectorXd& v, double found) const {
    return matrix_.multiply_well ? v.dot(matrix_.multiply_well(v)) : found;
  }
  void take_away(double taken, const VectorXd& direction) {
    taken_ = taken;
    direction_ = direction;
  }

  Index rows() const { return matrix_.size; }
  Index cols() const { return matrix_.size; }
  void perform_op(const double* in, double* out) const {
    ask(stop_);
    const VectorXd x = Eigen::Map<const VectorXd>(in, matrix_.size);
    Eigen::Map<VectorXd> result(out, matrix_.size);
    result = matrix_.multiply(x) + shift_ * x;
    if (direction_.size() > 0) result -= taken_ * direction_.dot(x) * direction_;
    if (!result.allFinite()) throw NotFinite();
  }

 private:
  const SymmetricOperator& matrix_;
  double shift_;
  const StopCheck& stop_;
  double taken_ = 0;
  VectorXd direction_;
};

VectorXd normal_vector(Index size, RandomStream stream) {
  return VectorXd::NullaryExpr(size, [&] { return stream.normal(); });
}

/// Of a matrix whose largest eigenvalues are not known.
ExtremeEigenvalues unknown(double smallest) { return {nan, nan, smallest, {}, false}; }

ExtremeEigenvalues of_small(const SymmetricOperator& matrix, const StopCheck& stop) {
  MatrixXd full(matrix.size, matrix.size);
  for (Index i = 0; i < matrix.size; ++i) {
    ask(stop);
    const VectorXd unit = VectorXd::Unit(matrix.size, i);
    full.col(i) = matrix.multiply_well ? matrix.multiply_well(unit) : matrix.multiply(unit);
  }
  if (!full.allFinite()) return unknown(nan);
  full = ((full + full.transpose()) / 2).eval();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(full);
  const VectorXd& values = solver.eigenvalues();
  const Index n = matrix.size;
  return {values[n - 1], n > 1 ? values[n - 2] : nan, values[0], solver.eigenvectors().col(n - 1),
          solver.info() == Eigen::Success};
}

/// One end of the spectrum; an empty vector when it did not converge.
struct End {
  double value = nan;
  VectorXd vector{};
  bool exists() const { return vector.size() > 0; }
};
End lanczos(Products& products, Spectra::SortRule which, double tolerance, const VectorXd& start) try {
  Spectra::SymEigsSolver<Products> solver(products, 1, std::min(kVectors, products.rows()));
  solver.init(start.data());
  solver.compute(which, kRestarts, tolerance, which);
  if (solver.info() != Spectra::CompInfo::Successful || !solver.eigenvalues().allFinite()) return {};
  const VectorXd vector = solver.eigenvectors(1).col(0).normalized();
  return {products.value_along(vector, solver.eigenvalues()[0] - products.shift()), vector};
} catch (const NotFinite&) {
  return {};
}

/// |M z| of a normal vector is about the Frobenius norm, and no eigenvalue is larger.
double safe_shift(const SymmetricOperator& matrix, const VectorXd& z) { return 2 * matrix.multiply(z).norm(); }

}  // namespace

ExtremeEigenvalues extreme_eigenvalues(const SymmetricOperator& matrix, const RandomStream& stream,
                                       const StopCheck& stop) {
  expects(matrix.size > 0, "a matrix");
  if (matrix.size <= kSmall) return of_small(matrix, stop);
  const VectorXd start = normal_vector(matrix.size, stream.substream(0));
  const double shift = safe_shift(matrix, start);
  if (!std::isfinite(shift)) return unknown(nan);
  Products products(matrix, shift, stop);
  const End largest = lanczos(products, Spectra::SortRule::LargestAlge, products.tolerance(), start);
  const End smallest = lanczos(products, Spectra::SortRule::SmallestAlge, kSmallestTolerance, start);
  if (!largest.exists()) return unknown(smallest.value);
  products.take_away(largest.value + products.shift() / 2, largest.vector);
  const End second = lanczos(products, Spectra::SortRule::LargestAlge, products.tolerance(),
                             normal_vector(matrix.size, stream.substream(1)));
  if (!second.exists()) return unknown(smallest.value);
  return {largest.value, std::min(largest.value, second.value), smallest.value, largest.vector, true};
}

double largest_eigenvalue(const SymmetricOperator& matrix, const RandomStream& stream, const StopCheck& stop) {
  expects(matrix.size > 0, "a matrix");
  if (matrix.size <= kSmall) return of_small(matrix, stop).largest;
  const VectorXd start = normal_vector(matrix.size, stream.substream(0));
  const double shift = safe_shift(matrix, start);
  if (!std::isfinite(shift)) return nan;
  Products products(matrix, shift, stop);
  return lanczos(products, Spectra::SortRule::LargestAlge, products.tolerance(), start).value;
}

TraceEstimate hutchinson_trace(const SymmetricOperator& matrix, Index n_probes, const RandomStream& stream,
                               const StopCheck& stop) {
  expects(n_probes > 0, "a probe");
  VectorXd values(n_probes);
  for (Index probe = 0; probe < n_probes; ++probe) {
    ask(stop);
    RandomStream own = stream.substream(static_cast<std::uint64_t>(probe));
    const VectorXd signs = VectorXd::NullaryExpr(matrix.size, [&] { return own.uniform() < 0.5 ? -1.0 : 1.0; });
    values[probe] = signs.dot(matrix.multiply(signs));
  }
  const auto n = static_cast<double>(n_probes);
  const double mean = values.mean();
  return {mean, n_probes > 1 ? std::sqrt((values.array() - mean).square().sum() / (n - 1) / n) : nan};
}

}  // namespace cohort
