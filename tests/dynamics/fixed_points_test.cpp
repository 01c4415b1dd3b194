#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/dynamics/fixed_points.hpp>
#include <cohort/dynamics/network_map.hpp>

#include <support/random_network.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::FunctionMap;
using test::RotatedFlipFlop;

int count(const FixedPoints& result, StartStatus status) {
  return static_cast<int>(std::count_if(result.starts.begin(), result.starts.end(),
                                        [&](const StartOutcome& outcome) { return outcome.status == status; }));
}

MatrixXd grid(double low, double high, Index n) { return VectorXd::LinSpaced(n, low, high).transpose(); }

/// x <- tanh(W x) with W = 2/N times the sum of the outer products of three orthogonal patterns of ±1. Its states
/// follow the three overlaps with the patterns, m_i <- <p_i tanh(2 Σ p_j m_j)>, a map of three variables: a search in
/// those finds 51 fixed points, 6 stable, 24, 20 and 1 with one, two and three unstable directions.
class ThreePatterns : public testing::Test {
 protected:
  static constexpr Index kUnits = 40;

  ThreePatterns() {
    const double signs[3][4] = {{1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}};
    MatrixXd patterns(kUnits, 3);
    for (Index unit = 0; unit < kUnits; ++unit)
      for (Index i = 0; i < 3; ++i) patterns(unit, i) = signs[i][unit / (kUnits / 4)];
    network_ = test::random_network<double>("rate/tau=1,units=40", 1, 1);
    network_->parameters().values.setZero();
    network_->parameters().block("W") = 2.0 / kUnits * patterns * patterns.transpose();
    RandomStream stream("test", "overlaps", 1);
    const MatrixXd overlaps = MatrixXd::NullaryExpr(3, 1024, [&] { return 2 * stream.uniform() - 1; });
    starts_ = patterns * overlaps + 0.1 * test::random_matrix(kUnits, 1024, 4);
  }

  FixedPoints found(const MatrixXd& starts, const StopCheck& stop = {}) const {
    return find_fixed_points(NetworkMap(*network_, VectorXd::Zero(1)), starts, {}, stop);
  }

  std::unique_ptr<RecurrentNetwork<double>> network_;
  MatrixXd starts_;
};

TEST_F(ThreePatterns, has_its_51_fixed_points_and_no_other) {
  const FixedPoints result = found(starts_);
  ASSERT_EQ(result.points.size(), 51u);
  EXPECT_TRUE(result.slow_points.empty());
  EXPECT_TRUE(result.cycles.empty());
  EXPECT_EQ(count(result, StartStatus::converged), 1024);
  int n_with[4] = {};
  const MatrixXd weights = network_->parameters().block("W");
  for (const FixedPoint& point : result.points) {
    EXPECT_LT((point.state - (weights * point.state).array().tanh().matrix()).norm(), 2e-10);
    EXPECT_LT(point.q, 1e-20);
    EXPECT_LT(point.extent, 1e-6);
    ASSERT_LE(point.stability.n_unstable, 3);
    ++n_with[point.stability.n_unstable];
  }
  EXPECT_EQ(n_with[0], 6);
  EXPECT_EQ(n_with[1], 24);
  EXPECT_EQ(n_with[2], 20);
  EXPECT_EQ(n_with[3], 1);
}

TEST_F(ThreePatterns, are_bit_for_bit_the_same_in_any_order_of_the_starts) {
  const Index n = 300;
  const FixedPoints forward = found(starts_.leftCols(n)), backward = found(starts_.leftCols(n).rowwise().reverse());
  ASSERT_EQ(forward.points.size(), backward.points.size());
  for (std::size_t i = 0; i < forward.points.size(); ++i) {
    EXPECT_EQ(forward.points[i].state, backward.points[i].state);
    EXPECT_EQ(forward.points[i].n_starts, backward.points[i].n_starts);
    EXPECT_EQ(forward.points[i].stability.eigenvalues, backward.points[i].stability.eigenvalues);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    EXPECT_EQ(forward.starts[i].q, backward.starts[n - 1 - i].q);
    EXPECT_EQ(forward.starts[i].point, backward.starts[n - 1 - i].point);
  }
}

TEST_F(ThreePatterns, a_search_can_be_stopped_at_any_moment) {
  int n_asked = 0;
  found(starts_.leftCols(64), [&] { ++n_asked; });
  EXPECT_GT(n_asked, 500);
  for (int last = 1; last < n_asked; last += n_asked / 7) {
    int n = 0;
    const StopCheck stop = [&] {
      if (++n == last) throw StopRequest();
    };
    EXPECT_THROW(found(starts_.leftCols(64), stop), StopRequest);
    EXPECT_EQ(n, last);
  }
}

TEST(FixedPoints, searches_of_cycles_can_be_stopped) {
  const test::TanhNetwork map(-3 * MatrixXd::Identity(2, 2), 1);
  FixedPointOptions options;
  options.basin_steps = options.newton_steps = options.second_chance_steps = 0;
  options.settling_steps = 1 << 30;
  options.max_period = 1;  // never comes to rest
  int n = 0;
  const StopCheck stop = [&] {
    if (++n == 5000) throw StopRequest();
  };
  EXPECT_THROW(find_fixed_points(map, test::random_matrix(2, 4, 5), options, stop), StopRequest);
}

class FlipFlop : public testing::Test {
 protected:
  FlipFlop() : map_(20), starts_(noisy_starts(map_.visited(2000, stream_), 512, 0.5, stream_.substream(1))) {}

  RandomStream stream_{"test", "flip-flop", 1};
  RotatedFlipFlop map_;
  MatrixXd starts_;
};

TEST_F(FlipFlop, has_its_27_fixed_points_and_no_other) {
  const FixedPoints result = find_fixed_points(map_, starts_);
  ASSERT_EQ(result.points.size(), 27u);
  EXPECT_TRUE(result.slow_points.empty());
  EXPECT_TRUE(result.cycles.empty());
  std::set<std::vector<int>> seen;
  int n_with[4] = {};
  for (const FixedPoint& point : result.points) {
    const VectorXd u = map_.rotation().transpose() * point.state / RotatedFlipFlop::bistable_state;
    const VectorXd corner = u.array().round();
    EXPECT_LT((u - corner).norm(), 1e-9);
    EXPECT_LT(point.q, 1e-20);
    EXPECT_LT(point.extent, 1e-6);
    seen.insert({static_cast<int>(corner[0]), static_cast<int>(corner[1]), static_cast<int>(corner[2])});
    const Index n_zeros = (corner.head(3).array() == 0).count();
    EXPECT_EQ(point.stability.n_unstable, n_zeros);
    EXPECT_EQ(point.stability.is_stable(), n_zeros == 0);
    EXPECT_NEAR(point.stability.largest_modulus(), n_zeros == 0 ? 0.8331 : 1.2, 1e-3);
    ++n_with[n_zeros];
  }
  EXPECT_EQ(seen.size(), 27u);
  EXPECT_EQ(n_with[0], 8);
  EXPECT_EQ(n_with[1], 12);
  EXPECT_EQ(n_with[2], 6);
  EXPECT_EQ(n_with[3], 1);
}

TEST_F(FlipFlop, accounts_for_every_start) {
  const FixedPoints result = find_fixed_points(map_, starts_);
  ASSERT_EQ(result.starts.size(), 512u);
  std::vector<int> n_starts(result.points.size(), 0);
  for (const StartOutcome& outcome : result.starts) {
    EXPECT_EQ(outcome.period, 1);  // the free-running memory always comes to rest
    if (outcome.status == StartStatus::converged) ++n_starts[static_cast<std::size_t>(outcome.point)];
  }
  for (std::size_t i = 0; i < n_starts.size(); ++i) EXPECT_EQ(n_starts[i], result.points[i].n_starts);
  EXPECT_GT(count(result, StartStatus::converged), 500);
}

TEST_F(FlipFlop, equal_calls_give_equal_bits) {
  const FixedPoints first = find_fixed_points(map_, starts_), second = find_fixed_points(map_, starts_);
  ASSERT_EQ(first.points.size(), second.points.size());
  for (std::size_t i = 0; i < first.points.size(); ++i) {
    EXPECT_EQ(first.points[i].state, second.points[i].state);
    EXPECT_EQ(first.points[i].q, second.points[i].q);
    EXPECT_EQ(first.points[i].stability.eigenvalues, second.points[i].stability.eigenvalues);
  }
}

TEST_F(FlipFlop, order_of_starts_does_not_matter) {
  const FixedPoints forward = find_fixed_points(map_, starts_);
  const FixedPoints backward = find_fixed_points(map_, starts_.rowwise().reverse());
  ASSERT_EQ(forward.points.size(), backward.points.size());
  for (const FixedPoint& point : forward.points) {
    const auto same = [&](const FixedPoint& other) { return (other.state - point.state).norm() < 1e-9; };
    const auto twin = std::find_if(backward.points.begin(), backward.points.end(), same);
    ASSERT_NE(twin, backward.points.end());
    EXPECT_EQ(twin->n_starts, point.n_starts);
  }
}

// Why two stages: each alone fails on this map.
TEST_F(FlipFlop, needs_both_stages) {
  FixedPointOptions newton_alone;
  newton_alone.basin_steps = 0;
  FixedPointOptions gradient_alone;
  gradient_alone.newton_steps = 0;
  const FixedPoints by_newton = find_fixed_points(map_, starts_.leftCols(200), newton_alone);
  const FixedPoints by_gradient = find_fixed_points(map_, starts_.leftCols(200), gradient_alone);
  const FixedPoints by_both = find_fixed_points(map_, starts_.leftCols(200));
  EXPECT_LT(by_newton.points.size(), by_both.points.size());
  EXPECT_TRUE(by_gradient.points.empty());
}

TEST(FixedPoints, of_a_linear_map_is_the_one_there_is) {
  const MatrixXd a = 0.2 * test::random_matrix(6, 6, 1);
  const VectorXd b = test::random_matrix(6, 1, 2);
  const FixedPoints result = find_fixed_points(test::linear_map(a, b), test::random_matrix(6, 30, 3));
  ASSERT_EQ(result.points.size(), 1u);
  const VectorXd solution = (MatrixXd::Identity(6, 6) - a).partialPivLu().solve(b);
  EXPECT_LT((result.points[0].state - solution).norm(), 1e-9);
  EXPECT_EQ(result.points[0].n_starts, 30);
  EXPECT_TRUE(result.points[0].stability.is_isolated);
}

TEST(FixedPoints, of_a_translation_are_none) {
  const auto map = test::linear_map(MatrixXd::Identity(3, 3), VectorXd::Ones(3));
  const FixedPoints result = find_fixed_points(map, test::random_matrix(3, 20, 4));
  EXPECT_TRUE(result.points.empty() && result.slow_points.empty() && result.cycles.empty());
  EXPECT_EQ(count(result, StartStatus::not_converged), 20);
  for (const StartOutcome& outcome : result.starts) EXPECT_EQ(outcome.period, 0);
}

// x -> -3 tanh(x) jumps between +x* and -x*; its only fixed point is 0, unstable. A minimum of the speed elsewhere
// would be a false point.
TEST(FixedPoints, of_a_two_cycle_are_the_cycle_and_its_centre) {
  const test::TanhNetwork map(-3 * MatrixXd::Identity(2, 2), 1);
  const FixedPoints result = find_fixed_points(map, test::random_matrix(2, 40, 5));
  ASSERT_EQ(result.points.size(), 1u);
  EXPECT_LT(result.points[0].state.norm(), 1e-9);
  EXPECT_EQ(result.points[0].stability.n_unstable, 2);
  EXPECT_TRUE(result.slow_points.empty());
  ASSERT_EQ(result.cycles.size(), 2u);  // in phase and out of phase
  for (const Cycle& cycle : result.cycles) {
    ASSERT_EQ(cycle.states.cols(), 2);
    EXPECT_LT((cycle.states.col(0) + cycle.states.col(1)).norm(), 1e-9);
    EXPECT_NEAR(std::abs(cycle.states(0, 0)), 3 * std::tanh(std::abs(cycle.states(0, 0))), 1e-9);
    EXPECT_TRUE(cycle.stability.is_stable());
  }
  EXPECT_EQ(result.cycles[0].n_starts + result.cycles[1].n_starts, 40);
  for (const StartOutcome& outcome : result.starts) EXPECT_EQ(outcome.period, 2);
}

// A discontinuous flip has a cycle and no fixed point at all: the starts themselves must say `cycle`.
TEST(FixedPoints, a_start_that_finds_nothing_but_a_cycle_says_so) {
  const FunctionMap map(
      1, [](const VectorXd& x) -> VectorXd { return VectorXd::Constant(1, (x[0] > 0 ? -1.0 : 1.0) + 0.1 * x[0]); },
      [](const VectorXd&) { return MatrixXd::Constant(1, 1, 0.1); });
  const FixedPoints result = find_fixed_points(map, grid(-2, 2, 20));
  EXPECT_TRUE(result.points.empty());
  ASSERT_EQ(result.cycles.size(), 1u);
  EXPECT_NEAR(std::abs(result.cycles[0].states(0, 0)), 1 / 1.1, 1e-9);
  EXPECT_EQ(count(result, StartStatus::cycle), 20);
  EXPECT_NEAR(result.cycles[0].stability.largest_modulus(), 0.01, 1e-12);
}

// The logistic map at r = 3.5 has an attracting cycle of period 4, unstable fixed points at 0 and 5/7.
TEST(FixedPoints, finds_the_period_of_longer_cycles) {
  const FunctionMap map(
      1, [](const VectorXd& x) -> VectorXd { return 3.5 * x.array() * (1 - x.array()); },
      [](const VectorXd& x) { return MatrixXd::Constant(1, 1, 3.5 * (1 - 2 * x[0])); });
  const FixedPoints result = find_fixed_points(map, grid(0.05, 0.95, 25));
  ASSERT_EQ(result.cycles.size(), 1u);
  EXPECT_EQ(result.cycles[0].states.cols(), 4);
  EXPECT_NEAR(result.cycles[0].states.minCoeff(), 0.38281968301732416, 1e-9);
  ASSERT_EQ(result.points.size(), 2u);
  EXPECT_NEAR(result.points[1].state[0], 5.0 / 7, 1e-9);
  FixedPointOptions short_sighted;
  short_sighted.max_period = 3;
  EXPECT_TRUE(find_fixed_points(map, grid(0.05, 0.95, 25), short_sighted).cycles.empty());
  short_sighted.max_period = 4;  // the longest cycle looked for is one of that period
  EXPECT_EQ(find_fixed_points(map, grid(0.05, 0.95, 25), short_sighted).cycles.size(), 1u);
}

// x -> x + e + x² moves by at least e: the ghost of the two fixed points it has at e < 0.
TEST(FixedPoints, tells_slow_from_fixed) {
  const auto saddle_node = [](double e) {
    return FunctionMap(
        1, [e](const VectorXd& x) -> VectorXd { return (x.array() + e + x.array().square()).cwiseMin(9.0); },
        [](const VectorXd& x) { return MatrixXd::Constant(1, 1, 1 + 2 * x[0]); });
  };
  for (const double e : {1e-5, 1e-7, 1e-9}) {  // down to q of 5e-19: whatever moves is not fixed
    const FixedPoints ghost = find_fixed_points(saddle_node(e), grid(-0.5, 0.4, 10));
    EXPECT_TRUE(ghost.points.empty()) << e;
    ASSERT_GE(ghost.slow_points.size(), 1u) << e;
    EXPECT_NEAR(ghost.slow_points[0].state[0], 0, 2e-3) << e;
    EXPECT_NEAR(ghost.slow_points[0].q, 0.5 * e * e, 0.1 * e * e) << e;
    EXPECT_EQ(count(ghost, StartStatus::slow_point), 10) << e;
  }

  const FixedPoints fast = find_fixed_points(saddle_node(1e-2), grid(-0.5, 0.4, 10));
  EXPECT_TRUE(fast.points.empty() && fast.slow_points.empty());

  const FixedPoints pair = find_fixed_points(saddle_node(-1e-2), grid(-0.5, 0.4, 10));
  ASSERT_EQ(pair.points.size(), 2u);
  EXPECT_NEAR(pair.points[0].state[0], -0.1, 1e-9);
  EXPECT_NEAR(pair.points[1].state[0], 0.1, 1e-9);
}

// The speed of this rank-3 network has minima that are not zero: a damped search that falls into one finds nothing.
struct StuckSearches : testing::Test {
  StuckSearches() : modes(test::random_rotation(20, 3).leftCols(3)), map(1.5 * modes * modes.transpose(), 0.1) {
    once.second_chance_steps = once.settling_steps = 0;
  }
  FixedPoints found(const FixedPointOptions& options) const { return find_fixed_points(map, starts, options); }

  const MatrixXd modes, starts = test::random_matrix(20, 60, 10);
  const test::TanhNetwork map;
  FixedPointOptions once;
};

TEST_F(StuckSearches, get_a_second_chance) {
  FixedPointOptions twice = once;
  twice.second_chance_steps = FixedPointOptions().second_chance_steps;
  const FixedPoints first = found(once), both = found(twice);
  EXPECT_GT(count(first, StartStatus::not_converged), count(both, StartStatus::not_converged) + 5);
  EXPECT_GT(both.points.size(), first.points.size());
  for (const FixedPoint& point : both.points) EXPECT_LT(point.q, 1e-20);
}

TEST_F(StuckSearches, begin_again_where_the_network_comes_to_rest) {
  FixedPointOptions from_rest = once;
  from_rest.settling_steps = FixedPointOptions().settling_steps;
  const FixedPoints first = found(once), again = found(from_rest);
  EXPECT_GT(count(first, StartStatus::not_converged), 5);
  EXPECT_EQ(count(again, StartStatus::not_converged), 0);
  for (const FixedPoint& point : again.points) EXPECT_LT(point.q, 1e-20);
}

TEST(FixedPoints, of_a_line_attractor_say_that_they_are_not_isolated) {
  const MatrixXd q = test::random_rotation(5, 6);
  VectorXd rates(5);
  rates << 1, 0.9, 0.5, 0.2, 0;
  const auto map = test::linear_map(q * rates.asDiagonal() * q.transpose(), VectorXd::Zero(5));
  const MatrixXd starts = test::random_matrix(5, 50, 7);
  const FixedPoints result = find_fixed_points(map, starts);
  EXPECT_EQ(count(result, StartStatus::converged), 50);
  EXPECT_GT(result.points.size(), 10u);
  for (const FixedPoint& point : result.points) {
    EXPECT_FALSE(point.stability.is_isolated);
    EXPECT_EQ(point.stability.n_marginal, 1);
    EXPECT_EQ(point.stability.n_unstable, 0);
    EXPECT_LT((q.rightCols(4).transpose() * point.state).norm(), 1e-7);
  }
  // Starts side by side on the line hang together and are one long point.
  const FixedPoints dense = find_fixed_points(map, q.col(0) * VectorXd::LinSpaced(50, 0, 0.02).transpose());
  ASSERT_EQ(dense.points.size(), 1u);
  EXPECT_GT(dense.points[0].extent, 0.009);
}

TEST(FixedPoints, drops_points_where_the_network_never_goes) {
  // Fixed points of x + x (x - 1)(x - 100) / 1000: 0, 1 and, far from all starts, 100.
  const FunctionMap map(
      1,
      [](const VectorXd& x) -> VectorXd { return x.array() + x.array() * (x.array() - 1) * (x.array() - 100) / 1000; },
      [](const VectorXd& x) { return MatrixXd::Constant(1, 1, 1 + (3 * x[0] * x[0] - 202 * x[0] + 100) / 1000); });
  MatrixXd starts(1, 40);
  starts << grid(-1, 2, 39), 95;
  FixedPointOptions strict;
  strict.outlier_factor = 3;
  const FixedPoints result = find_fixed_points(map, starts, strict);
  ASSERT_EQ(result.points.size(), 2u);
  EXPECT_EQ(count(result, StartStatus::outlier), 1);
  FixedPointOptions lenient;
  lenient.outlier_factor = 1000;
  EXPECT_EQ(find_fixed_points(map, starts, lenient).points.size(), 3u);
}

TEST(FixedPoints, survives_maps_that_explode) {
  const FunctionMap map(
      1, [](const VectorXd& x) -> VectorXd { return x.array().cube() * 1e100; },
      [](const VectorXd& x) { return MatrixXd::Constant(1, 1, 3e100 * x[0] * x[0]); });
  const FixedPoints result = find_fixed_points(map, grid(1e10, 1e200, 5));
  EXPECT_EQ(result.starts.size(), 5u);
  EXPECT_TRUE(result.cycles.empty());
}

TEST(FixedPoints, refuses_starts_of_another_dimension) {
  const auto map = test::linear_map(MatrixXd::Zero(3, 3), VectorXd::Ones(3));
  EXPECT_THROW(find_fixed_points(map, MatrixXd::Zero(2, 5)), InternalError);
  EXPECT_THROW(find_fixed_points(map, MatrixXd(3, 0)), InternalError);
}

TEST(NoisyStarts, start_i_depends_on_its_own_stream_alone) {
  const MatrixXd visited = test::random_matrix(4, 10, 8);
  const RandomStream stream("test", "starts", 1);
  EXPECT_EQ(noisy_starts(visited, 5, 0.1, stream), noisy_starts(visited, 9, 0.1, stream).leftCols(5));
  const MatrixXd still = noisy_starts(visited, 20, 0, stream);
  for (Index start = 0; start < still.cols(); ++start)
    EXPECT_EQ((visited.colwise() - still.col(start)).colwise().norm().minCoeff(), 0);
  EXPECT_NE(noisy_starts(visited, 5, 0.1, stream), still.leftCols(5));
}

}  // namespace
}  // namespace cohort
