#pragma once

#include "map_overlap.hpp"

#include <cohort/core/stop_request.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cohort {

/// Climbs from a rotation to a maximum of the overlap nearby: truncated Newton in a trust region.
template <class Square>
class MapAscent {
 public:
  MapAscent(MapOverlap<Square>& overlap, Index n) : overlap_(overlap), n_(n) {}

  /// Leaves the overlap at the maximum.
  void climb(const Square& start, const StopCheck& stop) {
    constexpr int most_steps = 200;
    constexpr double flat = 1e-15, largest_radius = 1.5;
    overlap_.go_to(start);
    double radius = 0.5;
    for (int i = 0; i < most_steps && overlap_.gradient().norm() > flat; ++i) {
      ask(stop);
      find_step(radius);
      const double promised = inner(overlap_.gradient(), step_) + inner(step_, overlap_.curvature(step_)) / 2;
      const double before = overlap_.value(), length = step_.norm();
      const Square here = overlap_.rotation();
      overlap_.go_to(overlap_.moved(step_));
      const double gained = overlap_.value() - before;
      constexpr double rounding = 1e-15;
      if (promised < rounding) {
        if (gained < 0) overlap_.go_to(here);
        return;
      }
      if (gained < 0.25 * promised) radius = 0.25 * length;
      if (gained > 0.75 * promised) radius = std::min(largest_radius, std::max(radius, 2 * length));
      if (gained <= 0) overlap_.go_to(here);
    }
  }

 private:
  static double inner(const Square& a, const Square& b) { return a.cwiseProduct(b).sum(); }

  /// The step within `radius` that promises most, by conjugate gradients that stop at the boundary or at negative
  /// curvature of the descent (Steihaug 1983).
  void find_step(double radius) {
    step_ = Square::Zero(overlap_.gradient().rows(), overlap_.gradient().cols());
    residual_ = direction_ = overlap_.gradient();
    double squared = residual_.squaredNorm();
    const double enough = std::sqrt(squared) * std::min(0.1, std::sqrt(std::sqrt(squared)));
    const Index most = std::min<Index>(60, n_ * (n_ - 1) / 2);
    for (Index i = 0; i < most && std::sqrt(squared) > enough; ++i) {
      const Square& bent = overlap_.curvature(direction_);
      const double bending = -inner(direction_, bent);
      const double length = squared / bending;
      if (bending <= 0 || (step_ + length * direction_).norm() >= radius) {
        step_ += length_to_boundary(radius) * direction_;
        return;
      }
      step_ += length * direction_;
      residual_ += length * bent;
      const double before = std::exchange(squared, residual_.squaredNorm());
      direction_ = residual_ + squared / before * direction_;
    }
  }

  /// Where the line from the step along the direction leaves the ball of this radius.
  double length_to_boundary(double radius) const {
    const double a = direction_.squaredNorm(), b = inner(step_, direction_), c = step_.squaredNorm() - radius * radius;
    return (-b + std::sqrt(std::max(0.0, b * b - a * c))) / a;
  }

  MapOverlap<Square>& overlap_;
  Index n_;
  Square step_{}, residual_{}, direction_{};
};

}  // namespace cohort
