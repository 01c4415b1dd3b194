#include "known_points.hpp"

#include <algorithm>

namespace cohort {

namespace {

constexpr double smallest_rcond = 1e-10;
constexpr double largest_part = 0.25;        // of the distance that the first step leaves
constexpr double largest_q_part = 1.0 / 16;  // of q that each step leaves
constexpr Index inverse_bytes = Index{1} << 26;

// How many inverses [dimension x dimension] fit into their memory.
Index room_for(Index dimension) {
  return std::clamp<Index>(inverse_bytes / (dimension * dimension * Index{sizeof(double)} + 1), 1, 4096);
}

}  // namespace

KnownPoints::KnownPoints(const DynamicalMap& map, double longest_step, const FixedPointOptions& options)
    : map_(map),
      longest_step_(longest_step),
      fixed_q_(options.fixed_q),
      merge_distance_(options.merge_distance),
      states_(map.dimension(), room_for(map.dimension())),
      system_(map.dimension(), map.dimension()),
      lu_(map.dimension()),
      x_(map.dimension()),
      image_(map.dimension()),
      residual_(map.dimension()),
      step_(map.dimension()) {}

void KnownPoints::add(const VectorXd& state) {
  if (n_ == states_.cols()) return;
  if (n_ > 0 && (states_.leftCols(n_).colwise() - state).colwise().norm().minCoeff() < merge_distance_) return;
  map_.jacobian(state, system_);
  system_ = -system_;
  system_.diagonal().array() += 1;
  lu_.compute(system_);
  if (!(lu_.rcond() > smallest_rcond)) return;
  states_.col(n_++) = state;
  inverses_.push_back(lu_.inverse());
}

bool KnownPoints::reach(const Eigen::Ref<const VectorXd>& x, const Eigen::Ref<const VectorXd>& residual,
                        SearchEnd& end) {
  if (n_ == 0) return false;
  Index nearest = 0;
  const double distance = std::sqrt((states_.leftCols(n_).colwise() - x).colwise().squaredNorm().minCoeff(&nearest));
  const MatrixXd& inverse = inverses_[static_cast<std::size_t>(nearest)];
  step_.noalias() = inverse * residual;
  x_ = x - step_;
  if (!((x_ - states_.col(nearest)).norm() <= largest_part * distance) || step_.norm() > longest_step_) return false;
  for (double q = residual.squaredNorm() / 2; q >= fixed_q_;) {
    map_.step(x_, image_);
    residual_ = x_ - image_;
    const double next = residual_.squaredNorm() / 2;
    if (!(next < fixed_q_) && !(next <= largest_q_part * q)) return false;
    q = next;
    if (q < fixed_q_) {
      end = {x_, q};
      return true;
    }
    x_.noalias() -= inverse * residual_;
  }
  return false;
}

}  // namespace cohort
