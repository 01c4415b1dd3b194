#include <cohort/similarity/assignment.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cohort::test {
namespace {

double cost_of(const MatrixXd& cost, const std::vector<Index>& column_of) {
  double sum = 0;
  for (Index row = 0; row < cost.rows(); ++row) sum += cost(row, column_of[static_cast<std::size_t>(row)]);
  return sum;
}

/// Every permutation tried.
double least_cost(const MatrixXd& cost) {
  std::vector<Index> order(static_cast<std::size_t>(cost.rows()));
  std::iota(order.begin(), order.end(), Index{0});
  double least = std::numeric_limits<double>::infinity();
  do {
    least = std::min(least, cost_of(cost, order));
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

TEST(Assignment, is_the_best_of_all_permutations) {
  for (int n = 1; n <= 7; ++n)
    for (int seed = 0; seed < 20; ++seed) {
      MatrixXd cost(n, n);
      for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < n; ++j) cost(i, j) = std::sin(1.0 + 7.3 * i + 3.1 * j * j + seed * 1.7 * (i + 1));
      const auto found = best_assignment(cost);
      auto sorted = found;
      std::ranges::sort(sorted);
      for (Index i = 0; i < n; ++i) EXPECT_EQ(sorted[static_cast<std::size_t>(i)], i);
      EXPECT_NEAR(cost_of(cost, found), least_cost(cost), 1e-12) << n << " " << seed;
    }
}

TEST(Assignment, finds_a_planted_permutation_among_many) {
  const Index n = 200;
  MatrixXd cost(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) cost(i, j) = j == (7 * i + 3) % n ? -1.0 : 0.5 + 0.4 * std::sin(i * 3.7 + j * 1.9);
  const auto found = best_assignment(cost);
  for (Index i = 0; i < n; ++i) EXPECT_EQ(found[static_cast<std::size_t>(i)], (7 * i + 3) % n);
}

TEST(Assignment, of_equal_costs_is_some_permutation) {
  EXPECT_EQ(cost_of(MatrixXd::Ones(5, 5), best_assignment(MatrixXd::Ones(5, 5))), 5);
}

}  // namespace
}  // namespace cohort::test
