#include <cohort/dynamics/general_ends.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>

#include <Spectra/GenEigsSolver.h>

#include <algorithm>
#include <limits>

namespace cohort {
namespace {

constexpr Index kSmall = 32, kRestarts = 40, kVectors = 30;
constexpr double kTolerance = 1e-4, nan = std::numeric_limits<double>::quiet_NaN();

/// A product left the range of numbers: nothing can converge.
struct NotFinite {};

/// What Spectra asks of a matrix: M - shift I.
class Products {
 public:
  using Scalar = double;

  Products(const GeneralOperator& matrix, double shift, const StopCheck& stop)
      : matrix_(matrix), shift_(shift), stop_(stop) {}

  Index rows() const { return matrix_.size; }
  Index cols() const { return matrix_.size; }
  void perform_op(const double* in, double* out) const {
    ask(stop_);
    const VectorXd x = Eigen::Map<const VectorXd>(in, matrix_.size);
    Eigen::Map<VectorXd> result(out, matrix_.size);
    result = matrix_.multiply(x) - shift_ * x;
    if (!result.allFinite()) throw NotFinite();
  }

 private:
  const GeneralOperator& matrix_;
  double shift_;
  const StopCheck& stop_;
};

/// The `n` eigenvalues of M of largest distance from `shift`; empty when they do not converge.
VectorXcd farthest(const GeneralOperator& matrix, double shift, Index n, const VectorXd& start,
                   const StopCheck& stop) try {
  Products products(matrix, shift, stop);
  Spectra::GenEigsSolver<Products> solver(products, n, std::min(std::max(kVectors, 2 * n + 2), matrix.size));
  solver.init(start.data());
  solver.compute(Spectra::SortRule::LargestMagn, kRestarts, kTolerance);
  if (solver.info() != Spectra::CompInfo::Successful || !solver.eigenvalues().allFinite()) return {};
  return solver.eigenvalues().array() + shift;
} catch (const NotFinite&) {
  return {};
}

GeneralEnds of_small(const GeneralOperator& matrix, Index n_leading, const StopCheck& stop) {
  MatrixXd full(matrix.size, matrix.size);
  for (Index i = 0; i < matrix.size; ++i) {
    ask(stop);
    full.col(i) = matrix.multiply(VectorXd::Unit(matrix.size, i));
  }
  if (!full.allFinite()) return {{}, nan};
  const Stability all = stability_of(full);
  return {all.eigenvalues.head(std::min(n_leading, matrix.size)), all.eigenvalues.real().minCoeff()};
}

}  // namespace

GeneralEnds general_ends(const GeneralOperator& matrix, Index n_leading, const RandomStream& stream,
                         const StopCheck& stop) {
  expects(matrix.size > 0 && n_leading > 0, "a matrix and eigenvalues to find");
  if (matrix.size <= kSmall) return of_small(matrix, n_leading, stop);
  RandomStream own = stream;
  const VectorXd start = VectorXd::NullaryExpr(matrix.size, [&] { return own.normal(); });
  GeneralEnds ends{farthest(matrix, 0, n_leading, start, stop), nan};
  if (ends.leading.size() == 0) return ends;
  std::sort(ends.leading.begin(), ends.leading.end(), Stability::comes_first);
  const VectorXcd far = farthest(matrix, std::abs(ends.leading[0]), 1, start, stop);
  if (far.size() > 0) ends.smallest_real = far[0].real();
  return ends;
}

}  // namespace cohort
