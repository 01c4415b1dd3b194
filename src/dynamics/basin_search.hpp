#pragma once

#include <cohort/dynamics/dynamical_map.hpp>
#include <cohort/dynamics/fixed_points.hpp>

#include <vector>

namespace cohort {

/// Adam (Kingma & Ba 2015, arXiv:1412.6980) on q = ½ |x − F(x)|², all starts side by side as columns of one matrix.
///
/// Every start has its own rate: halved when its q rises, raised by 5 % when it falls, never above the first one.
/// A start that is done leaves the batch, so that the rest costs less.
class BasinSearch {
 public:
  /// `length` is the distance over which states differ: the first rate is a fiftieth of it per state variable.
  BasinSearch(const DynamicalMap& map, const MatrixXd& starts, double length, const FixedPointOptions& options);

  /// The slowest state each start has seen, [dimension x n_starts].
  MatrixXd run(const StopCheck& stop);

 private:
  void evaluate();
  void record_and_adapt();
  void retire_finished();
  void retire(Index column);
  void descend(int step);

  const DynamicalMap& map_;
  const FixedPointOptions& options_;
  double first_rate_;
  Index n_active_;
  MatrixXd x_, image_, residual_, gradient_, mean_,
      square_;                    ///< [dimension x n_starts], the first n_active_ columns in use
  VectorXd q_, q_before_, rate_;  ///< [n_starts], likewise
  std::vector<Index> start_;      ///< which start a column belongs to
  MatrixXd best_;                 ///< by start
  VectorXd best_q_;
};

}  // namespace cohort
