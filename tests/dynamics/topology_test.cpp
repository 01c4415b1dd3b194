#include <cohort/dynamics/departures.hpp>
#include <cohort/dynamics/topology.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::RotatedFlipFlop;

const RandomStream kStream("test", "topology", 1);

Topology found_from(const DynamicalMap& map, const MatrixXd& visited, Index n_starts, double noise = 0.3) {
  return topology_of(find_fixed_points(map, noisy_starts(visited, n_starts, noise, kStream)), 5, 4);
}

/// All 27 fixed points, as columns.
MatrixXd all_points(const RotatedFlipFlop& map) {
  MatrixXd points(map.dimension(), 27);
  for (Index i = 0; i < 27; ++i)
    points.col(i) = map.rotation().leftCols(3) * RotatedFlipFlop::bistable_state *
                    Eigen::Vector3d(static_cast<double>(i % 3 - 1), static_cast<double>(i / 3 % 3 - 1),
                                    static_cast<double>(i / 9 - 1));
  return points;
}

TEST(Topology, of_a_flip_flop_counts_corners_edges_faces_and_the_middle) {
  const RotatedFlipFlop map(20);
  const Topology found = found_from(map, all_points(map), 300, 0.02);
  EXPECT_EQ(found.points_by_unstable, (std::vector<int>{8, 12, 6, 1, 0}));
  EXPECT_EQ(found.n_continua, 0);
  EXPECT_LT(found.unseen_share, 0.01);
}

TEST(Topology, says_that_few_starts_missed_something) {
  const RotatedFlipFlop map(20);
  const MatrixXd visited = map.visited(600, kStream.substream(1));
  const Topology few = found_from(map, visited, 16), many = found_from(map, visited, 600);
  EXPECT_GT(few.unseen_share, 5 * many.unseen_share + 0.02);
}

TEST(Topology, sees_lines_of_points_and_cycles) {
  MatrixXd line = MatrixXd::Identity(3, 3);
  line(1, 1) = 0.5, line(2, 2) = 0.2;
  const Topology points = found_from(test::linear_map(line, VectorXd::Zero(3)), test::random_matrix(3, 40, 1), 20);
  EXPECT_GT(points.n_continua, 0);
  EXPECT_EQ(points.continuum_dimension, 1);
  MatrixXd weights(2, 2);
  weights << -1.8, -0.3, 0.2, -1.5;
  const test::FunctionMap flipping(
      2, [weights](const VectorXd& x) -> VectorXd { return (weights * x).array().tanh(); },
      [weights](const VectorXd& x) -> MatrixXd {
        const VectorXd h = (weights * x).array().tanh();
        return (1 - h.array().square()).matrix().asDiagonal() * weights;
      });
  const Topology cycles = found_from(flipping, test::random_matrix(2, 40, 2), 40);
  EXPECT_GT(cycles.cycles_by_period[2], 0);
  EXPECT_EQ(cycles.cycles_by_period[1], 0);
}

TEST(Departures, of_saddles_of_a_flip_flop_lead_to_the_corners_of_their_bits) {
  const RotatedFlipFlop map(20);
  const FixedPoints found = find_fixed_points(map, noisy_starts(all_points(map), 300, 0.02, kStream));
  ASSERT_EQ(found.points.size(), 27u);
  const auto bits = [&](int point) -> Eigen::Vector3d {
    const VectorXd u = map.rotation().transpose() * found.points[static_cast<std::size_t>(point)].state;
    return (u.head(3) / RotatedFlipFlop::bistable_state).array().round();
  };
  const std::vector<Departure> graph = departures_of(map, found, 8);
  EXPECT_EQ(graph.size(), 2u * (12 + 6 * 2 + 3));
  int n_edges = 0;
  for (const Departure& one : graph) {
    if (found.points[static_cast<std::size_t>(one.point)].stability.n_unstable != 1) continue;
    ++n_edges;
    ASSERT_GE(one.to_point, 0);
    EXPECT_EQ(one.to_cycle, -1);
    const Eigen::Vector3d from = bits(one.point), to = bits(one.to_point);
    for (Index bit = 0; bit < 3; ++bit) {
      if (from[bit] != 0) EXPECT_EQ(to[bit], from[bit]);
      if (from[bit] == 0) EXPECT_EQ(std::abs(to[bit]), 1);
    }
  }
  EXPECT_EQ(n_edges, 24);
  for (std::size_t i = 0; i + 1 < graph.size(); i += 2)
    if (found.points[static_cast<std::size_t>(graph[i].point)].stability.n_unstable == 1)
      EXPECT_NE(graph[i].to_point, graph[i + 1].to_point) << "both sides part";
}

TEST(Topology, without_points_estimates_nothing) { EXPECT_TRUE(std::isnan(topology_of({}, 2, 2).unseen_share)); }

}  // namespace
}  // namespace cohort
