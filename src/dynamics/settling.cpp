#include "settling.hpp"

#include "search_window.hpp"

#include <algorithm>

namespace cohort {

namespace {

constexpr double at_rest = 1e-5;  // of merge_distance
constexpr int steps_between_tries = 32;

}  // namespace

Settling::Settling(const DynamicalMap& map, const FixedPointOptions& options) : map_(map), options_(options) {
  const Index window = search_window(map.dimension());
  for (MatrixXd* matrix : {&x_, &next_, &compared_}) matrix->resize(map.dimension(), window);
  progress_.resize(static_cast<std::size_t>(window));
}

void Settling::run(const MatrixXd& starts, const StopCheck& stop, const Done& done) {
  Index next = 0;
  while (next < starts.cols() || n_active_ > 0) {
    ask(stop);
    for (; n_active_ < x_.cols() && next < starts.cols(); ++next) enter(next, starts.col(next));
    map_.step(x_.leftCols(n_active_), next_.leftCols(n_active_));
    x_.swap(next_);
    for (Index c = n_active_; c-- > 0;) {
      if (!is_done(c)) continue;
      const Progress& progress = progress_[static_cast<std::size_t>(c)];
      done(progress.start, compared_.col(c), progress.near_period);
      leave(c);
    }
  }
}

void Settling::enter(Index start, const Eigen::Ref<const VectorXd>& state) {
  const Index c = n_active_++;
  x_.col(c) = compared_.col(c) = state;
  progress_[static_cast<std::size_t>(c)] = {start};
}

void Settling::leave(Index column) {
  const Index last = --n_active_;
  if (column == last) return;
  x_.col(column) = x_.col(last);
  compared_.col(column) = compared_.col(last);
  progress_[static_cast<std::size_t>(column)] = progress_[static_cast<std::size_t>(last)];
}

bool Settling::is_done(Index column) {
  Progress& progress = progress_[static_cast<std::size_t>(column)];
  ++progress.n_steps;
  ++progress.since;
  if (progress.since <= options_.max_period) {
    const double distance = (x_.col(column) - compared_.col(column)).norm();
    if (progress.near_period == 0 && distance < options_.merge_distance) progress.near_period = progress.since;
    if (distance < at_rest * options_.merge_distance) return true;
  }
  const bool is_last = progress.n_steps >= options_.settling_steps + options_.max_period;
  const bool settled = progress.n_steps == options_.settling_steps;
  if (!is_last && (settled || (progress.since >= std::max(steps_between_tries, options_.max_period) &&
                               progress.n_steps < options_.settling_steps))) {
    compared_.col(column) = x_.col(column);
    progress.since = progress.near_period = 0;
  }
  return is_last;
}

}  // namespace cohort
