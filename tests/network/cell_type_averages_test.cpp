#include <cohort/network/cell_type_averages.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

CellTraits traits(Index n_units, Index n_excitatory) {
  CellTraits result;
  result.n_units = n_units;
  result.has_dale = true;
  result.n_excitatory = n_excitatory;
  return result;
}

TEST(CellTypeAverages, count_the_connections_that_exist) {
  MatrixXd weights(3, 3);
  weights << 0, 2, -1,  //
      4, 0, 0,          //
      5, 6, 0;
  MatrixXd expected(3, 3);
  // E <- E: (2 + 4) / 2; E <- I: -1 / 1; I <- E: (5 + 6) / 2; I <- I: none.
  expected << 3, 3, -1,  //
      3, 3, -1,          //
      5.5, 5.5, 0;
  EXPECT_EQ(cell_type_averages<double>(weights, traits(3, 2), 1), expected);
}

TEST(CellTypeAverages, types_are_equal_groups_of_neighbours) {
  MatrixXd weights = MatrixXd::Zero(6, 6);
  weights.row(5) << 1, 3, 5, 9, -2, -4;
  const MatrixXd averages = cell_type_averages<double>(weights, traits(6, 4), 2);
  EXPECT_EQ(averages.row(5), (Eigen::RowVectorXd(6) << 2, 2, 7, 7, -2, -4).finished());
  EXPECT_EQ(averages.topRows(5), MatrixXd::Zero(5, 6));  // unit 4 is of another type than unit 5
}

TEST(CellTypeAverages, as_many_types_as_units_change_nothing) {
  const MatrixXd weights = MatrixXd::Random(5, 5);
  EXPECT_EQ(cell_type_averages<double>(weights, traits(5, 3), 10), weights);
}

}  // namespace
}  // namespace cohort::test
