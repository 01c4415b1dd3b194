#include "random_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace cohort::test {
namespace {

/// The largest sum over all ways to give each row a column of its own, tried one by one.
double best_sum(const MatrixXd& gain) {
  std::vector<Index> columns(static_cast<std::size_t>(gain.cols()));
  std::iota(columns.begin(), columns.end(), Index{0});
  double best = -1e300;
  do {
    double sum = 0;
    for (Index row = 0; row < gain.rows(); ++row) sum += gain(row, columns[static_cast<std::size_t>(row)]);
    best = std::max(best, sum);
  } while (std::next_permutation(columns.begin(), columns.end()));
  return best;
}

TEST(Permutation, test_vector_of_its_description) {
  EXPECT_NEAR(measured("permutation", kX, kY), std::numbers::pi / 3, 1e-15);
  EXPECT_NEAR(measured("permutation/distance=chordal", kX, kY), 1, 1e-15);
}

TEST(Permutation, agrees_with_its_definition) {
  for (std::uint64_t item = 0; item < 10; ++item) {
    const MatrixXd a = random_matrix(30, 4, 10 + item), b = random_matrix(30, item % 2 == 0 ? 4 : 5, 50 + item);
    const MatrixXd x = centred(a), y = centred(b);
    // Silent units beside those of b: whoever is better off without a partner has one of them.
    MatrixXd gain = MatrixXd::Zero(4, b.cols() + 4);
    gain.leftCols(b.cols()) = x.transpose() * y;
    EXPECT_NEAR(measured("permutation", a, b), std::acos(best_sum(gain) / (x.norm() * y.norm())), 1e-12) << item;
  }
}

TEST(Permutation, of_shuffled_units_is_nothing_but_rounding) {
  const MatrixXd a = random_matrix(30, 8, 1);
  EXPECT_LT(measured("permutation", a, a.rowwise().reverse()), 1e-7);
  EXPECT_GT(measured("permutation", a, -a), 1) << "the sign of a unit counts";
}

TEST(Permutation, is_never_closer_than_the_best_rotation) {
  const MatrixXd a = random_matrix(30, 8, 1), b = related_to(a, 8, 2);
  EXPECT_GE(measured("permutation", a, b), measured("procrustes", a, b));
}

}  // namespace
}  // namespace cohort::test
