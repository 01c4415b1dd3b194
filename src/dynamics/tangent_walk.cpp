#include "tangent_walk.hpp"

#include <algorithm>
#include <utility>

namespace cohort {
namespace {

/// With less of a vector left, too few digits are left of its growth.
constexpr double kCollapsed = 1e-8;

}  // namespace

TangentWalk::TangentWalk(const DynamicalMap& map, VectorXd start, Index n_vectors, BeforeStep before_step)
    : map_(map),
      before_step_(std::move(before_step)),
      state_(std::move(start)),
      next_state_(state_.size()),
      frame_(state_.size(), n_vectors),
      carried_(state_.size(), n_vectors),
      growth_(n_vectors) {
  frame_.matrix().setIdentity();
}

/// One step of the state, and of the frame with the derivatives at the state before it.
void TangentWalk::carry() {
  if (before_step_) before_step_(step_);
  ++step_;
  map_.step(state_, next_state_);
  map_.push(state_, frame_.matrix(), carried_.matrix());
  std::swap(state_, next_state_);
  std::swap(frame_, carried_);
}

void TangentWalk::decompose() {
  share_ = decomposition_.orthonormalize(frame_, diagonal_);
  growth_.array() += diagonal_.array().log();
}

const VectorXd& TangentWalk::advance(Index n_steps) {
  growth_.setZero();
  if (n_steps > 1) {
    first_state_ = state_;
    first_frame_ = frame_;
  }
  for (Index i = 0; i < n_steps; ++i) carry();
  decompose();
  if (n_steps > 1 && share_ < kCollapsed) {
    ++n_redone_;
    step_ -= n_steps;
    state_ = first_state_;
    frame_ = first_frame_;
    growth_.setZero();
    for (Index i = 0; i < n_steps; ++i) carry(), decompose(), least_share_ = std::min(least_share_, share_);
  }
  least_share_ = std::min(least_share_, share_);
  is_finite_ = state_.allFinite() && diagonal_.allFinite();
  return growth_;
}

}  // namespace cohort
