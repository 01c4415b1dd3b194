#include "cycle_search.hpp"

#include "newton_search.hpp"
#include "return_map.hpp"
#include "settling.hpp"

#include <algorithm>
#include <numeric>

namespace cohort {

namespace {

// The states `first`, F(first), ... after each other, [dimension x n].
MatrixXd orbit_of(const DynamicalMap& map, const VectorXd& first, int n) {
  MatrixXd orbit(first.size(), n);
  orbit.col(0) = first;
  for (int i = 1; i < n; ++i) map.step(orbit.col(i - 1), orbit.col(i));
  return orbit;
}

bool lies_on(const Cycle& cycle, const VectorXd& state, double distance) {
  return (cycle.states.colwise() - state).colwise().norm().minCoeff() < distance;
}

/// The cycles found so far; a state is refined only when it lies on none of them.
class CycleSearch {
 public:
  CycleSearch(const DynamicalMap& map, double longest_step, const FixedPointOptions& options, const StopCheck& stop)
      : map_(map), longest_step_(longest_step), options_(options), stop_(stop) {}

  // Index of the cycle of this period that `state` has come to, or -1 when it turns out to be none.
  int add(const VectorXd& state, int period) {
    for (std::size_t i = 0; i < cycles_.size(); ++i)
      if (cycles_[i].states.cols() == period && lies_on(cycles_[i], state, options_.merge_distance))
        return count(static_cast<int>(i));
    const ReturnMap return_map(map_, period);
    const auto [refined, q] = NewtonSearch(return_map, longest_step_, options_, stop_).run(state);
    if (q >= options_.fixed_q) return -1;
    for (std::size_t i = 0; i < cycles_.size(); ++i)
      if (cycles_[i].states.cols() == period && lies_on(cycles_[i], refined, options_.merge_distance))
        return count(static_cast<int>(i));
    const MatrixXd orbit = orbit_of(map_, refined, period);
    // Newton may have slid onto a fixed point or a shorter cycle, which returns earlier.
    const auto returns = (orbit.rightCols(period - 1).colwise() - refined).colwise().norm();
    if (returns.minCoeff() < options_.merge_distance) return -1;
    MatrixXd jacobian(map_.dimension(), map_.dimension());
    return_map.jacobian(refined, jacobian);
    cycles_.push_back({orbit, q, 0, stability_of(jacobian)});
    return count(static_cast<int>(cycles_.size()) - 1);
  }

  const std::vector<Cycle>& cycles() const { return cycles_; }

 private:
  int count(int cycle) {
    ++cycles_[static_cast<std::size_t>(cycle)].n_starts;
    return cycle;
  }

  const DynamicalMap& map_;
  double longest_step_;
  const FixedPointOptions& options_;
  const StopCheck& stop_;
  std::vector<Cycle> cycles_;
};

}  // namespace

FreeRun run_freely(const DynamicalMap& map, const MatrixXd& starts, double longest_step,
                   const FixedPointOptions& options, const StopCheck& stop) {
  const auto n_starts = static_cast<std::size_t>(starts.cols());
  FreeRun result{{}, std::vector<int>(n_starts, 0), std::vector<int>(n_starts, -1), {}};
  if (options.settling_steps <= 0) return result;
  result.settled.resize(starts.rows(), starts.cols());
  Settling(map, options).run(starts, stop, [&](Index start, const Eigen::Ref<const VectorXd>& state, int period) {
    result.settled.col(start) = state;
    result.period[static_cast<std::size_t>(start)] = period;
  });
  const MatrixXd& states = result.settled;
  CycleSearch search(map, longest_step, options, stop);
  for (std::size_t start = 0; start < n_starts; ++start) {
    if (result.period[start] < 2) continue;
    ask(stop);
    result.cycle[start] = search.add(states.col(static_cast<Index>(start)), result.period[start]);
    if (result.cycle[start] < 0) result.period[start] = 0;
  }
  result.cycles = search.cycles();
  return result;
}

}  // namespace cohort
