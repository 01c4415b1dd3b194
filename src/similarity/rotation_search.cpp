#include <cohort/similarity/rotation_search.hpp>

#include "map_ascent.hpp"

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace cohort {
namespace {

MatrixXd symmetric_part(const MatrixXd& m) { return (m + m.transpose()) / 2; }
MatrixXd antisymmetric_part(const MatrixXd& m) { return (m - m.transpose()) / 2; }

/// Of norm 1 and trace 0; zero when the map is a multiple of the identity.
MatrixXd traceless_unit(const MatrixXd& map) {
  MatrixXd rest = map / map.norm();
  rest.diagonal().array() -= rest.trace() / static_cast<double>(map.rows());
  const double norm = rest.norm();
  constexpr double rounding = 1e-14;
  return norm <= rounding ? MatrixXd::Zero(map.rows(), map.cols()) : MatrixXd(rest / norm);
}

/// The orthogonal matrix nearest to one that rounding moved a little.
MatrixXd cleaned(const MatrixXd& rotation) {
  const MatrixXd identity = MatrixXd::Identity(rotation.rows(), rotation.cols());
  return rotation * (1.5 * identity - 0.5 * rotation.transpose() * rotation);
}

/// Signs s that make Σ s_i w_ij s_j large: of the leading eigenvector of sign(w), improved one by one.
VectorXd best_signs(const MatrixXd& w) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(MatrixXd(w.cwiseSign()));
  VectorXd signs = solver.eigenvectors().rightCols(1).unaryExpr([](double x) { return x < 0 ? -1.0 : 1.0; });
  for (bool improved = true; improved;) {
    improved = false;
    for (Index i = 0; i < signs.size(); ++i) {
      const double pull = signs[i] * (w.row(i).dot(signs) - w(i, i) * signs[i]);
      constexpr double rounding = 1e-15;
      if (pull >= -rounding) continue;
      signs[i] = -signs[i];
      improved = true;
    }
  }
  return signs;
}

/// Pairs eigenvectors of the symmetric parts, the first with the best signs, the second with that sign changed which
/// costs least: one of each determinant.
std::vector<MatrixXd> spectral_starts(const MatrixXd& a, const MatrixXd& b) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> of_a(symmetric_part(a)), of_b(symmetric_part(b));
  const MatrixXd &u = of_a.eigenvectors(), &v = of_b.eigenvectors();
  const MatrixXd w =
      (u.transpose() * antisymmetric_part(a) * u).cwiseProduct(v.transpose() * antisymmetric_part(b) * v);
  VectorXd signs = best_signs(w);
  std::vector<MatrixXd> starts{u * signs.asDiagonal() * v.transpose()};
  Index cheapest = 0;
  (signs.cwiseProduct(w * signs)).minCoeff(&cheapest);
  signs[cheapest] = -signs[cheapest];
  starts.emplace_back(u * signs.asDiagonal() * v.transpose());
  return starts;
}

/// Uniform over the orthogonal group (Stewart 1980).
MatrixXd random_rotation(Index n, RandomStream stream) {
  MatrixXd noise(n, n);
  for (Index i = 0; i < noise.size(); ++i) noise.data()[i] = stream.normal();
  const Eigen::HouseholderQR<MatrixXd> qr(noise);
  MatrixXd rotation = qr.householderQ();
  for (Index i = 0; i < n; ++i)
    if (qr.matrixQR()(i, i) < 0) rotation.col(i) *= -1;
  return rotation;
}

double angle_between(const MatrixXd& a, const MatrixXd& b, const MatrixXd& rotation) {
  const double chord = (a / a.norm() - rotation * (b / b.norm()) * rotation.transpose()).norm();
  return 2 * std::asin(std::min(1.0, chord / 2));
}

/// The best of the maxima that are reached from some rotations.
template <class Square>
MatrixXd best_rotation(const MatrixXd& a, const MatrixXd& b, const std::vector<MatrixXd>& starts,
                       const StopCheck& stop) {
  const Index n = a.rows();
  const auto with_room = [](const MatrixXd& matrix) {
    if constexpr (Square::RowsAtCompileTime == Eigen::Dynamic) return matrix;
    Square result = Square::Zero(Square::RowsAtCompileTime, Square::ColsAtCompileTime);
    result.topLeftCorner(matrix.rows(), matrix.cols()) = matrix;
    return result;
  };
  MapOverlap<Square> overlap(with_room(a), with_room(b));
  MapAscent<Square> ascent(overlap, n);
  MatrixXd best;
  double best_value = -2;
  constexpr double perfect = 1 - 1e-15;
  for (const MatrixXd& start : starts) {
    ascent.climb(with_room(start), stop);
    if (overlap.value() <= best_value) continue;
    best_value = overlap.value();
    best = overlap.rotation().topLeftCorner(n, n);
    if (best_value >= perfect) break;
  }
  return best;
}

MatrixXd best_rotation_of_any_size(const MatrixXd& a, const MatrixXd& b, const std::vector<MatrixXd>& starts,
                                   const StopCheck& stop) {
  if (a.rows() <= 8) return best_rotation<SmallSquare<8>>(a, b, starts, stop);
  if (a.rows() <= 12) return best_rotation<SmallSquare<12>>(a, b, starts, stop);
  if (a.rows() <= 16) return best_rotation<SmallSquare<16>>(a, b, starts, stop);
  return best_rotation<MatrixXd>(a, b, starts, stop);
}

}  // namespace

MapAlignment best_alignment(const MatrixXd& a, const MatrixXd& b, const AlignmentSearch& search) {
  expects(a.rows() == a.cols() && a.rows() == b.rows() && b.rows() == b.cols(), "square maps of one size");
  const MatrixXd bare_a = traceless_unit(a), bare_b = traceless_unit(b);
  std::vector<MatrixXd> starts = spectral_starts(bare_a, bare_b);
  for (int i = 0; i < search.n_starts; ++i) {
    starts.push_back(random_rotation(a.rows(), search.stream.substream(static_cast<std::uint64_t>(i))));
    starts.push_back(starts.back());
    starts.back().col(0) *= -1;
  }
  MapAlignment best;
  best.rotation = best_rotation_of_any_size(bare_a, bare_b, starts, search.stop);
  best.rotation = cleaned(best.rotation);
  best.angle = angle_between(a, b, best.rotation);
  return best;
}

}  // namespace cohort
