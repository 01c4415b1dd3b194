#pragma once

#include <cohort/dynamics/dynamical_map.hpp>

#include <utility>

namespace cohort {

/// F applied `period` times: a cycle of F is a fixed point of it.
class ReturnMap final : public DynamicalMap {
 public:
  ReturnMap(const DynamicalMap& map, int period) : map_(map), period_(period) {}

  Index dimension() const override { return map_.dimension(); }

  void step(const ConstStates& x, States out) const override {
    MatrixXd now = x, next(x.rows(), x.cols());
    for (int i = 0; i < period_; ++i) {
      map_.step(now, next);
      now.swap(next);
    }
    out = now;
  }

  void jacobian(const ConstState& x, States out) const override {
    VectorXd now = x, next(x.size());
    MatrixXd one(x.size(), x.size()), product = MatrixXd::Identity(x.size(), x.size());
    for (int i = 0; i < period_; ++i) {
      map_.jacobian(now, one);
      product = one * product;
      map_.step(now, next);
      now.swap(next);
    }
    out = product;
  }

 private:
  const DynamicalMap& map_;
  int period_;
};

}  // namespace cohort
