#pragma once

#include <cohort/dynamics/dynamical_map.hpp>
#include <cohort/dynamics/orthonormal_frame.hpp>

#include <functional>

namespace cohort {

/// A trajectory with a frame of tangent vectors that its derivatives carry along.
class TangentWalk {
 public:
  /// Called before each step with its number: sets the map's input. An empty one leaves the map as it is.
  using BeforeStep = std::function<void(Index step)>;

  /// The frame is at first the first `n_vectors` columns of the identity.
  TangentWalk(const DynamicalMap& map, VectorXd start, Index n_vectors, BeforeStep before_step);

  /// Makes `n_steps` steps and decomposes the frame behind them; where it collapsed, again with a decomposition after
  /// each. Returns log R_ii summed over the steps, [n_vectors].
  const VectorXd& advance(Index n_steps);

  const VectorXd& state() const { return state_; }
  Index n_redone() const { return n_redone_; }
  double least_share() const { return least_share_; }
  bool is_finite() const { return is_finite_; }

 private:
  void carry();
  void decompose();

  const DynamicalMap& map_;
  BeforeStep before_step_;
  Index step_ = 0;
  VectorXd state_, next_state_, first_state_;
  PaddedMatrix<double> frame_, carried_, first_frame_;
  OrthonormalFrame decomposition_;
  VectorXd diagonal_, growth_;
  Index n_redone_ = 0;
  double share_ = 1, least_share_ = 1;
  bool is_finite_ = true;
};

}  // namespace cohort
