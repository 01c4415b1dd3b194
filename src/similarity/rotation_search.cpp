#include <cohort/similarity/rotation_search.hpp>

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
double inner(const MatrixXd& a, const MatrixXd& b) { return a.cwiseProduct(b).sum(); }

/// Of norm 1 and trace 0; zero when the map is a multiple of the identity.
MatrixXd traceless_unit(const MatrixXd& map) {
  MatrixXd rest = map / map.norm();
  rest.diagonal().array() -= rest.trace() / static_cast<double>(map.rows());
  const double norm = rest.norm();
  constexpr double rounding = 1e-14;
  return norm <= rounding ? MatrixXd::Zero(map.rows(), map.cols()) : MatrixXd(rest / norm);
}

/// The overlap <A, C B Cᵀ> around one C, as a function of the antisymmetric Ω in C exp(Ω).
class Overlap {
 public:
  Overlap(const MatrixXd& a, const MatrixXd& b) : a_(a), b_(b) {}

  void go_to(MatrixXd rotation) {
    rotation_ = std::move(rotation);
    turned_.noalias() = rotation_.transpose() * a_ * rotation_;
    value_ = inner(turned_, b_);
    work_.noalias() = turned_ * b_.transpose();
    work_.noalias() -= b_.transpose() * turned_;
    gradient_ = antisymmetric_part(work_);
  }

  double value() const { return value_; }
  const MatrixXd& rotation() const { return rotation_; }
  const MatrixXd& gradient() const { return gradient_; }

  /// The Hessian times Ω.
  const MatrixXd& curvature(const MatrixXd& omega) {
    commutator(omega, b_, with_b_);
    commutator(omega, turned_, with_a_);
    work_.noalias() = turned_ * with_b_.transpose();
    work_.noalias() -= with_b_.transpose() * turned_;
    work_.noalias() -= with_a_ * b_.transpose();
    work_.noalias() += b_.transpose() * with_a_;
    result_ = (work_ - work_.transpose()) / 4;
    return result_;
  }

  /// C times the Cayley transform of Ω, which is exp(Ω) to second order and orthogonal for any Ω.
  MatrixXd moved(const MatrixXd& omega) const {
    const MatrixXd identity = MatrixXd::Identity(omega.rows(), omega.cols());
    return rotation_ * (identity - omega / 2).partialPivLu().solve(identity + omega / 2);
  }

 private:
  static void commutator(const MatrixXd& x, const MatrixXd& y, MatrixXd& result) {
    result.noalias() = x * y;
    result.noalias() -= y * x;
  }

  const MatrixXd &a_, &b_;
  MatrixXd rotation_, turned_, gradient_, work_, with_a_, with_b_, result_;
  double value_ = 0;
};

/// Where the line from `point` along `direction` leaves the ball of this radius.
double length_to_boundary(const MatrixXd& point, const MatrixXd& direction, double radius) {
  const double a = direction.squaredNorm(), b = inner(point, direction), c = point.squaredNorm() - radius * radius;
  return (-b + std::sqrt(std::max(0.0, b * b - a * c))) / a;
}

/// The step within `radius` that promises most, by conjugate gradients that stop at the boundary or at negative
/// curvature of the descent (Steihaug 1983).
MatrixXd best_step(Overlap& overlap, double radius) {
  const MatrixXd& gradient = overlap.gradient();
  MatrixXd step = MatrixXd::Zero(gradient.rows(), gradient.cols()), residual = gradient, direction = residual;
  double squared = residual.squaredNorm();
  const double enough = std::sqrt(squared) * std::min(0.1, std::sqrt(std::sqrt(squared)));
  const Index most = std::min<Index>(60, gradient.rows() * (gradient.rows() - 1) / 2);
  for (Index i = 0; i < most && std::sqrt(squared) > enough; ++i) {
    const MatrixXd& bent = overlap.curvature(direction);
    const double bending = -inner(direction, bent);
    const double length = squared / bending;
    if (bending <= 0 || (step + length * direction).norm() >= radius)
      return step + length_to_boundary(step, direction, radius) * direction;
    step += length * direction;
    residual += length * bent;
    const double before = std::exchange(squared, residual.squaredNorm());
    direction = residual + squared / before * direction;
  }
  return step;
}

/// Climbs from `start` to a maximum.
void climb(Overlap& overlap, MatrixXd start, const StopCheck& stop) {
  constexpr int most_steps = 200;
  constexpr double flat = 1e-15, largest_radius = 1.5;
  overlap.go_to(std::move(start));
  double radius = 0.5;
  for (int i = 0; i < most_steps && overlap.gradient().norm() > flat; ++i) {
    ask(stop);
    const MatrixXd step = best_step(overlap, radius);
    const double promised = inner(overlap.gradient(), step) + inner(step, overlap.curvature(step)) / 2;
    const double before = overlap.value();
    const MatrixXd here = overlap.rotation();
    overlap.go_to(overlap.moved(step));
    const double gained = overlap.value() - before;
    constexpr double rounding = 1e-15;
    if (promised < rounding) {
      if (gained < 0) overlap.go_to(here);
      return;
    }
    if (gained < 0.25 * promised) radius = 0.25 * step.norm();
    if (gained > 0.75 * promised) radius = std::min(largest_radius, std::max(radius, 2 * step.norm()));
    if (gained <= 0) overlap.go_to(here);
  }
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
  Overlap overlap(bare_a, bare_b);
  MapAlignment best;
  double best_value = -2;
  constexpr double perfect = 1 - 1e-15;
  for (MatrixXd& start : starts) {
    climb(overlap, std::move(start), search.stop);
    if (overlap.value() <= best_value) continue;
    best_value = overlap.value();
    best.rotation = overlap.rotation();
    if (best_value >= perfect) break;
  }
  best.rotation = cleaned(best.rotation);
  best.angle = angle_between(a, b, best.rotation);
  return best;
}

}  // namespace cohort
