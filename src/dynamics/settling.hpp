#pragma once

#include <cohort/core/stop_request.hpp>
#include <cohort/dynamics/dynamical_map.hpp>
#include <cohort/dynamics/fixed_points.hpp>

#include <functional>
#include <vector>

namespace cohort {

/// Lets a map run freely from many states side by side until each is at rest or on a cycle, and says after how many
/// steps it returns.
///
/// A state is done before `settling_steps` when it returns to within a hundred-thousandth of `merge_distance`: nothing
/// will become of it that the budget could show. After the budget `merge_distance` counts. As many states are under way
/// as fit into a cache; one that is done makes room for the next.
class Settling {
 public:
  /// Told the number of a start, where it has come to, and its period: 1 at rest, 2 to max_period, 0 neither.
  using Done = std::function<void(Index start, const Eigen::Ref<const VectorXd>& state, int period)>;

  Settling(const DynamicalMap& map, const FixedPointOptions& options);

  void run(const MatrixXd& starts, const StopCheck& stop, const Done& done);

 private:
  struct Progress {
    Index start = 0;
    int n_steps = 0;      ///< made so far
    int since = 0;        ///< steps since the state that is compared with
    int near_period = 0;  ///< after how many of them it came within merge_distance first
  };

  void enter(Index start, const Eigen::Ref<const VectorXd>& state);
  void leave(Index column);
  bool is_done(Index column);

  const DynamicalMap& map_;
  const FixedPointOptions& options_;
  Index n_active_ = 0;
  MatrixXd x_, next_, compared_;  ///< [dimension x window], the first n_active_ in use
  std::vector<Progress> progress_;
};

}  // namespace cohort
