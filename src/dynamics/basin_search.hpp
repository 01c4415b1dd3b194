#pragma once

#include <cohort/core/stop_request.hpp>
#include <cohort/dynamics/dynamical_map.hpp>
#include <cohort/dynamics/fixed_points.hpp>

#include "known_points.hpp"
#include "search_end.hpp"

#include <functional>
#include <vector>

namespace cohort {

/// Adam (Kingma & Ba 2015, arXiv:1412.6980) on q = ½ |x − F(x)|², many starts side by side as columns of one matrix.
///
/// Every start has its own rate: halved when its q rises, raised by 5 % when it falls, never above the first one. As
/// many starts are under way as fit into a cache; one that is done makes room for the next. A start is done when it is
/// slow enough for Newton's method, when it comes close to a known fixed point, when it no longer moves, or when its
/// budget is spent.
class BasinSearch {
 public:
  /// Told the number of a start that is done, and the slowest state it has seen or the fixed point it has reached.
  using Done = std::function<void(Index start, SearchEnd end)>;

  /// `length` is the distance over which states differ: the first rate is a fiftieth of it per state variable.
  BasinSearch(const DynamicalMap& map, double length, const FixedPointOptions& options);

  /// Searches from every column of `starts`. `done` may add to `known`.
  void run(const MatrixXd& starts, KnownPoints& known, const StopCheck& stop, const Done& done);

 private:
  void enter(Index start, const Eigen::Ref<const VectorXd>& state);
  void leave(Index column);
  void evaluate();
  void adapt(Index column);
  bool is_done(Index column) const;
  void descend(Index column);

  const DynamicalMap& map_;
  const FixedPointOptions& options_;
  double first_rate_;
  Index n_active_ = 0;
  MatrixXd x_, image_, residual_, gradient_, mean_, square_,
      best_;  ///< [dimension x window], the first n_active_ in use
  VectorXd q_, best_q_, q_before_, rate_, mean_power_, square_power_;  ///< [window], likewise
  std::vector<Index> start_;                                           ///< which start a column belongs to
  std::vector<int> n_steps_;                                           ///< that it has made
};

}  // namespace cohort
