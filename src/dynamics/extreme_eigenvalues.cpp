#include <cohort/dynamics/extreme_eigenvalues.hpp>

#include <cohort/core/errors.hpp>

#include <Eigen/Eigenvalues>
#include <Spectra/SymEigsSolver.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// Up to this size a matrix is made in full: Lanczos would take as many products.
constexpr Index kSmall = 32;
constexpr double kTolerance = 1e-8;
constexpr Index kRestarts = 40, kVectors = 24;

/// What Spectra asks of a matrix; part of it, `taken` vvᵀ, may be taken away.
class Products {
 public:
  using Scalar = double;

  Products(const SymmetricOperator& matrix, const StopCheck& stop) : matrix_(matrix), stop_(stop) {}
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
    result = matrix_.multiply(x);
    if (direction_.size() > 0) result -= taken_ * direction_.dot(x) * direction_;
  }

 private:
  const SymmetricOperator& matrix_;
  const StopCheck& stop_;
  double taken_ = 0;
  VectorXd direction_;
};

VectorXd normal_vector(Index size, RandomStream stream) {
  return VectorXd::NullaryExpr(size, [&] { return stream.normal(); });
}

ExtremeEigenvalues of_small(const SymmetricOperator& matrix, const StopCheck& stop) {
  MatrixXd full(matrix.size, matrix.size);
  for (Index i = 0; i < matrix.size; ++i) {
    ask(stop);
    full.col(i) = matrix.multiply(VectorXd::Unit(matrix.size, i));
  }
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver((full + full.transpose()) / 2);
  const VectorXd& values = solver.eigenvalues();
  const Index n = matrix.size;
  return {values[n - 1], n > 1 ? values[n - 2] : nan, values[0], solver.eigenvectors().col(n - 1),
          solver.info() == Eigen::Success};
}

/// Of the largest and, for BothEnds, the smallest: as many eigenvalues as converge, in falling order.
struct Found {
  VectorXd values;
  VectorXd leading;
};
Found lanczos(Products& products, Index n_values, Spectra::SortRule which, const VectorXd& start) {
  Spectra::SymEigsSolver<Products> solver(products, n_values, std::min(kVectors, products.rows()));
  solver.init(start.data());
  solver.compute(which, kRestarts, kTolerance, Spectra::SortRule::LargestAlge);
  if (solver.info() != Spectra::CompInfo::Successful) return {};
  return {solver.eigenvalues(), solver.eigenvectors(1).col(0)};
}

ExtremeEigenvalues not_converged() { return {nan, nan, nan, {}, false}; }

}  // namespace

ExtremeEigenvalues extreme_eigenvalues(const SymmetricOperator& matrix, const RandomStream& stream,
                                       const StopCheck& stop) {
  expects(matrix.size > 0, "a matrix");
  if (matrix.size <= kSmall) return of_small(matrix, stop);
  Products products(matrix, stop);
  const Found ends = lanczos(products, 2, Spectra::SortRule::BothEnds, normal_vector(matrix.size, stream.substream(0)));
  if (ends.values.size() < 2 || !ends.values.allFinite()) return not_converged();
  const double largest = ends.values[0], smallest = ends.values[1];
  products.take_away(largest - smallest, ends.leading);
  const Found next =
      lanczos(products, 1, Spectra::SortRule::LargestAlge, normal_vector(matrix.size, stream.substream(1)));
  if (next.values.size() < 1 || !next.values.allFinite()) return not_converged();
  return {largest, std::min(largest, next.values[0]), smallest, ends.leading.normalized(), true};
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
