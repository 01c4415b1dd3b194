#include <cohort/similarity/cut_representation.hpp>

#include <cohort/core/decompositions.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/similarity/representation.hpp>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

/// Orthonormal directions by falling size, and the square of the norm along each.
struct Directions {
  MatrixXd vectors{};
  VectorXd squares{};
};

/// Of the rows of `tall`. Eigenvalues of the Gram matrix know squares down to some epsilons of the largest, which is
/// enough to cut at 1e-6 of the norm and costs a tenth of the singular value decomposition.
Directions directions_of(const MatrixXd& tall, double tolerance) {
  constexpr double least_of_gram = 1e-6;
  if (tolerance >= least_of_gram) {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> gram(MatrixXd(tall.transpose() * tall));
    return {gram.eigenvectors().rowwise().reverse(), gram.eigenvalues().reverse().cwiseMax(0)};
  }
  const Eigen::HouseholderQR<MatrixXd> qr(tall);
  const MatrixXd triangle = qr.matrixQR().topRows(tall.cols()).triangularView<Eigen::Upper>();
  const Eigen::BDCSVD<MatrixXd> svd(MatrixXd(triangle.transpose()), Eigen::ComputeThinU);
  return {svd.matrixU(), svd.singularValues().array().square()};
}

Index n_kept_of(const VectorXd& squares, double tolerance, Index most) {
  const double allowed = tolerance * tolerance * squares.sum();
  double rest = 0;
  Index kept = squares.size();
  while (kept > 1 && rest + squares[kept - 1] <= allowed) rest += squares[--kept];
  return std::clamp<Index>(kept, 1, most);
}

/// Cut along `kept` of the directions: of units, or of samples where these are fewer.
void project(const MatrixXd& values, const MatrixXd& directions, bool is_tall, CutRepresentation& cut) {
  if (is_tall) {
    cut.loadings = directions;
    cut.scores = values * directions;
    return;
  }
  const Eigen::HouseholderQR<MatrixXd> qr(MatrixXd(values.transpose() * directions));
  const Index n = directions.cols();
  cut.loadings = qr.householderQ() * MatrixXd::Identity(values.cols(), n);
  const MatrixXd triangle = qr.matrixQR().topRows(n).triangularView<Eigen::Upper>();
  cut.scores = directions * triangle.transpose();
}

}  // namespace

CutRepresentation cut(const MatrixXd& values, double tolerance, Index most) {
  expects(tolerance > 0 && most > 0, "a tolerance above 0, and a component");
  const auto [small, exponent] = scaled(values);
  CutRepresentation result;
  result.means = small.colwise().mean().transpose();
  const MatrixXd own = small.rowwise() - result.means.transpose();
  const double norm = own.norm();
  const bool is_tall = own.cols() <= own.rows();
  const Directions directions = directions_of(is_tall ? own : MatrixXd(own.transpose()), tolerance);
  most = std::min(most, directions.squares.size());
  for (Index kept = n_kept_of(directions.squares, tolerance, most); kept <= most; ++kept) {
    project(own, directions.vectors.leftCols(kept), is_tall, result);
    result.rest = (own - result.scores * result.loadings.transpose()).norm() / norm;
    if (result.rest <= tolerance) break;
  }
  result.means *= std::ldexp(1.0, exponent);
  result.scores *= std::ldexp(1.0, exponent);
  return result;
}

MatrixXd rebuilt(const CutRepresentation& cut) {
  return (cut.scores * cut.loadings.transpose()).rowwise() + cut.means.transpose();
}

}  // namespace cohort
