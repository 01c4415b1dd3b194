#include "newton_search.hpp"

#include <algorithm>
#include <cmath>

namespace cohort {

namespace {

constexpr double smallest_rcond = 1e-12;  // below it the solution of the Newton system is mostly rounding
constexpr int n_halvings = 8;
constexpr int n_dampings = 12;
constexpr double sufficient = 1e-4;  // Armijo's constant
constexpr int patience = 10;         // steps over which q must fall by a tenth

}  // namespace

NewtonSearch::NewtonSearch(const DynamicalMap& map, double longest_step, const FixedPointOptions& options,
                           const StopCheck& stop)
    : map_(map),
      longest_step_(longest_step),
      options_(options),
      stop_(stop),
      residual_(map.dimension()),
      image_(map.dimension()),
      step_(map.dimension()),
      trial_(map.dimension()),
      trial_residual_(map.dimension()),
      gradient_(map.dimension()),
      system_(map.dimension(), map.dimension()),
      normal_(map.dimension(), map.dimension()),
      damped_(map.dimension(), map.dimension()),
      lu_(map.dimension()),
      cholesky_(map.dimension()) {}

SearchEnd NewtonSearch::run(const VectorXd& start) {
  begin(start);
  double q_then = q_;
  for (int step = 1; step <= options_.newton_steps && q_ >= options_.fixed_q; ++step) {
    ask(stop_);
    linearize();
    if (!newton_step() && !levenberg_step()) break;
    if (step % patience != 0) continue;
    if (q_ > 0.9 * q_then) break;
    q_then = q_;
  }
  return {x_, q_};
}

SearchEnd NewtonSearch::run_undamped(const VectorXd& start, KnownPoints& known) {
  SearchEnd end;
  begin(start);
  for (int step = 0; step < options_.second_chance_steps && q_ >= options_.fixed_q; ++step) {
    ask(stop_);
    if (step >= 4 && known.reach(x_, residual_, end)) return end;
    linearize();
    if (!solve_newton(longest_step_ / 3)) break;
    x_ -= step_;
    q_ = residual_at(x_, residual_);
  }
  return {x_, q_};
}

void NewtonSearch::begin(const VectorXd& start) {
  x_ = start;
  damping_ = 1e-3;
  q_ = residual_at(x_, residual_);
}

void NewtonSearch::linearize() {
  map_.jacobian(x_, system_);
  system_ = -system_;
  system_.diagonal().array() += 1;
}

double NewtonSearch::residual_at(const VectorXd& x, VectorXd& residual) {
  map_.step(x, image_);
  residual = x - image_;
  return residual.squaredNorm() / 2;
}

// step_ = (I − J)⁻¹ (x − F(x)), shortened to `longest`; false when the system is singular.
bool NewtonSearch::solve_newton(double longest) {
  lu_.compute(system_);
  if (!(lu_.rcond() > smallest_rcond)) return false;
  step_ = lu_.solve(residual_);
  const double length = step_.norm();
  if (!std::isfinite(length)) return false;
  if (length > longest) step_ *= longest / length;
  return true;
}

bool NewtonSearch::newton_step() {
  if (!solve_newton(longest_step_)) return false;
  double part = 1;
  for (int i = 0; i < n_halvings; ++i, part /= 2, step_ /= 2)
    if (accept_if_below((1 - 2 * sufficient * part) * q_)) return true;
  return false;
}

bool NewtonSearch::levenberg_step() {
  normal_.noalias() = system_.transpose() * system_;
  gradient_.noalias() = system_.transpose() * residual_;
  // Damping is relative to the mean curvature: the search does not depend on the unit of the state.
  const double curvature = normal_.trace() / static_cast<double>(normal_.rows());
  if (!(curvature > 0) || !std::isfinite(curvature)) return false;
  for (int i = 0; i < n_dampings; ++i, damping_ *= 10) {
    damped_ = normal_;
    damped_.diagonal().array() += damping_ * curvature;
    cholesky_.compute(damped_);
    step_ = cholesky_.solve(gradient_);
    if (accept_if_below(q_)) {
      damping_ = std::max(damping_ / 10, 1e-14);
      return true;
    }
  }
  return false;
}

bool NewtonSearch::accept_if_below(double limit) {
  trial_ = x_ - step_;
  const double q = residual_at(trial_, trial_residual_);
  if (!(q < limit)) return false;
  x_.swap(trial_);
  residual_.swap(trial_residual_);
  q_ = q;
  return true;
}

}  // namespace cohort
