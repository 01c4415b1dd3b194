#pragma once

#include <cohort/core/decompositions.hpp>
#include <cohort/dynamics/dynamical_map.hpp>
#include <cohort/dynamics/fixed_points.hpp>

#include "search_end.hpp"

#include <vector>

namespace cohort {

/// The fixed points found so far, which spare most starts their own derivatives: a state close to one of them is
/// brought to rest by Newton steps with the inverse of I − J at that point (the chord method, Kantorovich 1948), at the
/// cost of a matrix-vector product each.
///
/// A step counts only when it does what it would do in the neighbourhood where Newton's method converges to that point:
/// the first one must end at a quarter of the distance or closer, each must bring q to a sixteenth or below. So a state
/// is never carried over into another basin, and the end has been tested like any other: q < fixed_q at its own state.
class KnownPoints {
 public:
  /// `longest_step` as in NewtonSearch.
  KnownPoints(const DynamicalMap& map, double longest_step, const FixedPointOptions& options);

  /// Adds a fixed point, unless it is known, I − J is singular there (a continuum), or the inverses fill their memory.
  void add(const VectorXd& state);

  /// The fixed point that a state with residual x − F(x) is close to; false when it is close to no known one.
  bool reach(const Eigen::Ref<const VectorXd>& x, const Eigen::Ref<const VectorXd>& residual, SearchEnd& end);

 private:
  const DynamicalMap& map_;
  double longest_step_, fixed_q_, merge_distance_;
  Index n_ = 0;
  MatrixXd states_;                 ///< [dimension x room], the first n_ in use
  std::vector<MatrixXd> inverses_;  ///< (I − J)⁻¹
  MatrixXd system_;
  Eigen::PartialPivLU<MatrixXd> lu_;
  VectorXd x_, image_, residual_, step_;
};

}  // namespace cohort
