#include <cohort/similarity/classical_scaling.hpp>

#include <cohort/core/decompositions.hpp>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr Index kDense = 512;        // points whose matrix is decomposed at once
constexpr Index kMostSteps = 400;    // of Lanczos, each of which reads all rows
constexpr double kResidual = 1e-10;  // relative, of the pairs
constexpr double kBreakdown = 1e-12;

/// −½ J d² J without ever holding it.
class CentredProducts {
 public:
  CentredProducts(const SquaredDistances& distances, const StopCheck& stop)
      : distances_(distances), stop_(stop), n_(static_cast<Index>(distances.size())) {}

  Index n() const { return n_; }

  /// Times a vector that sums to 0.
  VectorXd times(const VectorXd& vector) const {
    VectorXd product(n_);
    each_block([&](Index first, const RowMatrix& rows) { product.segment(first, rows.rows()) = rows * vector; });
    return -0.5 * (product.array() - product.mean());
  }

  double trace() const {
    double sum = 0;
    each_block([&](Index, const RowMatrix& rows) { sum += rows.sum(); });
    return sum / (2 * static_cast<double>(n_));
  }

  MatrixXd matrix() const {
    MatrixXd d2(n_, n_);
    each_block([&](Index first, const RowMatrix& rows) { d2.middleRows(first, rows.rows()) = rows; });
    const VectorXd means = d2.rowwise().mean();
    return -0.5 * ((d2.colwise() - means).rowwise() - (means.array() - means.mean()).matrix().transpose());
  }

 private:
  using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  template <class Action>
  void each_block(const Action& action) const {
    constexpr Index most = 64;
    RowMatrix rows;
    for (Index first = 0; first < n_; first += most) {
      ask(stop_);
      rows.resize(std::min(most, n_ - first), n_);
      distances_.rows(static_cast<std::size_t>(first), static_cast<std::size_t>(rows.rows()), rows.data());
      action(first, rows);
    }
  }

  const SquaredDistances& distances_;
  const StopCheck& stop_;
  Index n_;
};

/// The largest eigenvalues, falling, and their vectors.
struct EigenPairs {
  VectorXd values;
  MatrixXd vectors;
};

EigenPairs largest(const Eigen::SelfAdjointEigenSolver<MatrixXd>& solver, Index k) {
  return {solver.eigenvalues().tail(k).reverse(), solver.eigenvectors().rightCols(k).rowwise().reverse()};
}

/// A start that is no eigenvector of anything and sums to 0, the same every time.
VectorXd start_vector(Index n) {
  VectorXd start(n);
  for (Index i = 0; i < n; ++i)
    start[i] = std::sin(1 + 0.7 * static_cast<double>(i)) + 1e-3 * static_cast<double>(i % 7);
  start.array() -= start.mean();
  return start.normalized();
}

/// Lanczos with full reorthogonalization, until the pairs of largest eigenvalues hold.
EigenPairs lanczos(const CentredProducts& products, Index k) {
  const Index n = products.n(), most = std::min(kMostSteps, n - 1);
  MatrixXd basis(n, most);
  VectorXd diagonal(most), beside(most);
  VectorXd vector = start_vector(n);
  for (Index step = 0;; ++step) {
    basis.col(step) = vector;
    VectorXd next = products.times(vector);
    diagonal[step] = vector.dot(next);
    const auto known = basis.leftCols(step + 1);
    for (int twice = 0; twice < 2; ++twice) next -= known * (known.transpose() * next).eval();
    beside[step] = next.norm();
    const bool is_last = step + 1 == most || beside[step] <= kBreakdown * std::abs(diagonal.head(step + 1).maxCoeff());
    if (step + 1 >= k && (is_last || step % 5 == 4)) {
      Eigen::SelfAdjointEigenSolver<MatrixXd> solver;
      solver.computeFromTridiagonal(diagonal.head(step + 1), beside.head(step));
      const EigenPairs pairs = largest(solver, k);
      const double residual = beside[step] * pairs.vectors.row(step).cwiseAbs().maxCoeff();
      if (is_last || residual <= kResidual * std::abs(pairs.values[0])) return {pairs.values, known * pairs.vectors};
    } else if (is_last) {
      break;
    }
    vector = next / beside[step];
  }
  return {VectorXd::Zero(k), MatrixXd::Zero(n, k)};  // fewer dimensions than asked for, of points that are one
}

}  // namespace

ClassicalScaling classical_scaling(const SquaredDistances& distances, Index k, const StopCheck& stop) {
  const CentredProducts products(distances, stop);
  const Index n = products.n(), n_pairs = std::min(k, n - 1);
  ClassicalScaling result{MatrixXd::Zero(n, k), VectorXd::Zero(k)};
  const double total = n > 1 ? products.trace() : 0;
  if (total <= 0) return result;
  const EigenPairs pairs = n <= kDense ? largest(Eigen::SelfAdjointEigenSolver<MatrixXd>(products.matrix()), n_pairs)
                                       : lanczos(products, n_pairs);
  for (Index i = 0; i < n_pairs; ++i) {
    // What rounding leaves of a zero is no dimension.
    if (pairs.values[i] <= 1e-12 * pairs.values[0] || pairs.values[i] <= 0) continue;
    Index largest_entry = 0;
    pairs.vectors.col(i).cwiseAbs().maxCoeff(&largest_entry);
    const double sign = pairs.vectors(largest_entry, i) < 0 ? -1 : 1;
    result.coordinates.col(i) = sign * std::sqrt(pairs.values[i]) * pairs.vectors.col(i);
    result.shares[i] = pairs.values[i] / total;
  }
  return result;
}

}  // namespace cohort
