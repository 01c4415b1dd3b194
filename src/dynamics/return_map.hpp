#pragma once

#include <cohort/dynamics/dynamical_map.hpp>

#include <utility>

namespace cohort {

/// F applied `period` times: a cycle of F is a fixed point of it. Keeps work space: one object serves one thread.
class ReturnMap final : public DynamicalMap {
 public:
  ReturnMap(const DynamicalMap& map, int period) : map_(map), period_(period) {}

  Index dimension() const override { return map_.dimension(); }

  void step(const ConstStates& x, States out) const override {
    now_ = x;
    next_.resize(x.rows(), x.cols());
    for (int i = 0; i < period_; ++i) {
      map_.step(now_, next_);
      now_.swap(next_);
    }
    out = now_;
  }

  void jacobian(const ConstState& x, States out) const override {
    now_ = x;
    next_.resize(x.size(), 1);
    one_.resize(x.size(), x.size());
    product_.setIdentity(x.size(), x.size());
    for (int i = 0; i < period_; ++i) {
      map_.jacobian(now_.col(0), one_);
      out.noalias() = one_ * product_;
      product_ = out;
      map_.step(now_, next_);
      now_.swap(next_);
    }
  }

 private:
  const DynamicalMap& map_;
  int period_;
  mutable MatrixXd now_, next_, one_, product_;
};

}  // namespace cohort
