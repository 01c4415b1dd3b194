#include <cohort/core/decompositions.hpp>
#include <cohort/similarity/classical_scaling.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort {
namespace {

/// Squared distances between the rows of a matrix.
class BetweenRows final : public SquaredDistances {
 public:
  explicit BetweenRows(MatrixXd points) : points_(std::move(points)) {}
  std::size_t size() const override { return static_cast<std::size_t>(points_.rows()); }
  void rows(std::size_t first, std::size_t count, double* d2) const override {
    n_rows += count;
    for (std::size_t row = first; row < first + count; ++row)
      for (Index other = 0; other < points_.rows(); ++other)
        *d2++ = (points_.row(static_cast<Index>(row)) - points_.row(other)).squaredNorm();
  }
  mutable std::size_t n_rows = 0;

 private:
  MatrixXd points_;
};

/// [n x 4] without symmetry; columns with these standard deviations.
MatrixXd points(Index n, const std::vector<double>& scales) {
  MatrixXd result(n, static_cast<Index>(scales.size()));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < result.cols(); ++j)
      result(i, j) = scales[static_cast<std::size_t>(j)] * std::sin(static_cast<double>(13 * i * (j + 1) + i * i % 17));
  return result.rowwise() - result.colwise().mean().eval();
}

/// The principal axes of centred points: what scaling of their distances must find.
void expect_principal_axes(const MatrixXd& x, const ClassicalScaling& scaling) {
  const Eigen::JacobiSVD<MatrixXd> svd(x, Eigen::ComputeThinU | Eigen::ComputeThinV);
  for (Index axis = 0; axis < scaling.coordinates.cols(); ++axis) {
    VectorXd expected = svd.matrixU().col(axis) * svd.singularValues()[axis];
    Index largest = 0;
    expected.cwiseAbs().maxCoeff(&largest);
    if (expected[largest] < 0) expected = -expected;
    EXPECT_LT((scaling.coordinates.col(axis) - expected).norm(), 1e-8 * expected.norm()) << axis;
    EXPECT_NEAR(scaling.shares[axis], std::pow(svd.singularValues()[axis], 2) / x.squaredNorm(), 1e-10);
  }
}

TEST(ClassicalScaling, finds_the_principal_axes_of_euclidean_points) {
  const MatrixXd x = points(40, {5, 2, 1, 0.3});
  expect_principal_axes(x, classical_scaling(BetweenRows(x), 2));
}

TEST(ClassicalScaling, finds_them_by_rows_where_there_are_many) {
  const MatrixXd x = points(700, {5, 3, 2.5, 1});
  const BetweenRows distances(x);
  const ClassicalScaling scaling = classical_scaling(distances, 2);
  expect_principal_axes(x, scaling);
  EXPECT_LT(distances.n_rows, 40 * 700U);
  EXPECT_EQ(classical_scaling(distances, 2).coordinates, scaling.coordinates) << "the same bits";
}

TEST(ClassicalScaling, keeps_all_of_two_dimensions_and_has_no_third) {
  const MatrixXd x = points(9, {2, 1});
  const ClassicalScaling scaling = classical_scaling(BetweenRows(x), 3);
  EXPECT_NEAR(scaling.shares.sum(), 1, 1e-12);
  EXPECT_EQ(scaling.shares[2], 0);
  EXPECT_TRUE(scaling.coordinates.col(2).isZero());
}

TEST(ClassicalScaling, of_points_that_are_one_or_few_is_zero) {
  EXPECT_TRUE(classical_scaling(BetweenRows(MatrixXd::Ones(5, 3)), 2).coordinates.isZero());
  EXPECT_TRUE(classical_scaling(BetweenRows(MatrixXd::Ones(1, 3)), 2).coordinates.isZero());
  EXPECT_TRUE(classical_scaling(BetweenRows(MatrixXd::Ones(600, 3)), 2).coordinates.isZero());
  const ClassicalScaling pair = classical_scaling(BetweenRows((MatrixXd(2, 1) << 0, 4).finished()), 2);
  EXPECT_NEAR(pair.coordinates(0, 0), 2, 1e-12);
  EXPECT_NEAR(pair.coordinates(1, 0), -2, 1e-12);
  EXPECT_NEAR(pair.shares[0], 1, 1e-12);
}

TEST(ClassicalScaling, reproduces_distances_that_are_not_euclidean_in_their_positive_part) {
  // Four points on a circle by arc length: eigenvalues of the centred matrix by hand are 2a², 2a², -a² · 0 ...
  class Arc final : public SquaredDistances {
   public:
    std::size_t size() const override { return 4; }
    void rows(std::size_t first, std::size_t count, double* d2) const override {
      for (std::size_t i = first; i < first + count; ++i)
        for (std::size_t j = 0; j < 4; ++j) {
          const auto steps = static_cast<double>(std::min((i + 4 - j) % 4, (j + 4 - i) % 4));
          *d2++ = steps * steps;
        }
    }
  };
  const ClassicalScaling scaling = classical_scaling(Arc(), 2);
  EXPECT_NEAR(scaling.shares.sum(), 4.0 / 3, 1e-12) << "eigenvalues 2, 2, 0, -1 of a total of 3";
}

}  // namespace
}  // namespace cohort
