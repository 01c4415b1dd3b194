#pragma once

#include <cohort/core/decompositions.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/dynamics/dynamical_map.hpp>
#include <cohort/dynamics/fixed_points.hpp>

#include "known_points.hpp"
#include "search_end.hpp"

namespace cohort {

/// Damped Newton's method on x − F(x) = 0. Every accepted step lowers q = ½ |x − F(x)|².
///
/// The step is halved until q falls; where the system is singular or no part of the step helps, Levenberg-Marquardt
/// steps with rising damping replace it. Ends when q < fixed_q, when no step lowers q any more, when ten
/// steps lower it by less than a tenth (a minimum of q that is not zero), or when the budget is spent.
class NewtonSearch {
 public:
  /// `longest_step` bounds the length of a step: a nearly singular system must not throw a search out of its basin.
  /// Asks `stop` at each step.
  NewtonSearch(const DynamicalMap& map, double longest_step, const FixedPointOptions& options, const StopCheck& stop);

  SearchEnd run(const VectorXd& start);

  /// Plain Newton steps, whatever q does: leaves the minima of q that stop `run`. A step is at most a third of
  /// `longest_step`; ends when q < fixed_q, when it comes close to a known point, or when `second_chance_steps` are
  /// spent.
  SearchEnd run_undamped(const VectorXd& start, KnownPoints& known);

 private:
  void begin(const VectorXd& start);
  void linearize();
  bool solve_newton(double longest);
  double residual_at(const VectorXd& x, VectorXd& residual);
  bool newton_step();
  bool levenberg_step();
  bool accept_if_below(double limit);

  const DynamicalMap& map_;
  double longest_step_;
  const FixedPointOptions& options_;
  const StopCheck& stop_;
  VectorXd x_, residual_, image_, step_, trial_, trial_residual_, gradient_;
  double q_ = 0;
  double damping_ = 0;
  MatrixXd system_, normal_, damped_;  ///< I − J; its Gram matrix; that plus the damping
  Eigen::PartialPivLU<MatrixXd> lu_;
  Eigen::LLT<MatrixXd> cholesky_;
};

}  // namespace cohort
