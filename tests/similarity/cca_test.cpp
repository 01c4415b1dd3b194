#include "random_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cohort::test {
namespace {

/// The correlations by Hotelling's definition, over covariances: square roots of the eigenvalues of Sxx⁻¹ Sxy Syy⁻¹
/// Syx.
VectorXd correlations(const MatrixXd& a, const MatrixXd& b) {
  const MatrixXd x = centred(a), y = centred(b), xy = x.transpose() * y;
  const MatrixXd product =
      MatrixXd(x.transpose() * x).ldlt().solve(xy) * MatrixXd(y.transpose() * y).ldlt().solve(MatrixXd(xy.transpose()));
  VectorXd values = product.eigenvalues().real().cwiseMax(0).cwiseSqrt();
  std::sort(values.data(), values.data() + values.size(), std::greater<>());
  return values.head(std::min(a.cols(), b.cols()));
}

/// First principal components of centred data, as coordinates of samples.
MatrixXd components(const MatrixXd& a, Index n) {
  const Eigen::JacobiSVD<MatrixXd> svd(centred(a), Eigen::ComputeThinU | Eigen::ComputeThinV);
  return svd.matrixU().leftCols(n) * svd.singularValues().head(n).asDiagonal();
}

TEST(Cca, test_vector_of_its_description) {
  // Three samples and one unit: as many as fit anything would be two.
  EXPECT_NEAR(measured("cca", kX, kY), 0.5, 1e-15);
  EXPECT_NEAR(measured("svcca", kX, kY), 0.5, 1e-15);
  EXPECT_NEAR(measured("pwcca", kX, kY), 0.5, 1e-15);
}

TEST(Cca, agrees_with_hotellings_definition) {
  for (const auto& [units_a, units_b] : {std::pair<Index, Index>{4, 4}, {3, 8}, {8, 3}, {1, 5}}) {
    const MatrixXd a = random_matrix(60, units_a, 1), b = related_to(a, units_b, 2);
    EXPECT_NEAR(measured("cca", a, b), 1 - correlations(a, b).mean(), 1e-10) << units_a << ", " << units_b;
  }
}

TEST(Cca, leaves_out_directions_that_are_rounding) {
  const MatrixXd a = random_matrix(60, 4, 1), b = related_to(a, 5, 2);
  MatrixXd doubled(60, 8);
  doubled << a, 3 * a;  // of rank 4
  EXPECT_NEAR(measured("cca", doubled, b), measured("cca", a, b), 1e-10);
  EXPECT_NEAR(measured("pwcca", doubled, doubled), 0, 1e-10);
}

TEST(Svcca, is_cca_of_the_first_components) {
  const MatrixXd a = random_matrix(60, 9, 1), b = related_to(a, 7, 2);
  EXPECT_NEAR(measured("svcca/components=3", a, b), measured("cca", components(a, 3), components(b, 3)), 1e-12);
  // Half of the variance: of two units with variances 4 and 1 the first alone has .8 of it.
  MatrixXd two = random_matrix(60, 2, 5);
  two.col(1) = centred(two.col(1)) - centred(two.col(0)) * centred(two.col(0)).col(0).dot(centred(two.col(1)).col(0)) /
                                         centred(two.col(0)).squaredNorm();
  two.col(0) *= 2 / centred(two.col(0)).norm();
  two.col(1) *= 1 / centred(two.col(1)).norm();
  EXPECT_NEAR(measured("svcca/variance=0.79", two, b), measured("svcca/variance=0.79", two.col(0), b), 1e-12);
  EXPECT_GT(std::abs(measured("svcca/variance=0.81", two, b) - measured("svcca/variance=0.81", two.col(0), b)), 1e-6);
  EXPECT_NEAR(measured("svcca/variance=1", a, b), measured("cca", a, b), 1e-12);
}

TEST(Pwcca, weighs_correlations_by_what_the_variates_explain) {
  const MatrixXd a = random_matrix(60, 4, 1), b = related_to(a, 7, 2), x = centred(a), y = centred(b);
  const Eigen::HouseholderQR<MatrixXd> qx(x), qy(y);
  const MatrixXd ux = qx.householderQ() * MatrixXd::Identity(60, 4), uy = qy.householderQ() * MatrixXd::Identity(60, 7);
  const Eigen::JacobiSVD<MatrixXd> svd(MatrixXd(ux.transpose() * uy), Eigen::ComputeThinU | Eigen::ComputeThinV);
  double weighed = 0, weights = 0;
  for (Index i = 0; i < 4; ++i) {
    const VectorXd variate = ux * svd.matrixU().col(i);
    double weight = 0;
    for (Index unit = 0; unit < 4; ++unit) weight += std::abs(variate.dot(x.col(unit)));
    weights += weight;
    weighed += weight * svd.singularValues()[i];
  }
  EXPECT_NEAR(measured("pwcca", a, b), 1 - weighed / weights, 1e-12);
  EXPECT_NEAR(measured("pwcca", b, a), 1 - weighed / weights, 1e-12) << "the side of lower rank, wherever it stands";
}

TEST(Cca, with_as_many_units_as_samples_has_no_value) {
  const MatrixXd a = random_matrix(20, 19, 1), b = random_matrix(20, 3, 2);
  for (const char* variant : {"cca", "pwcca", "shape_metric/alpha=0"}) {
    EXPECT_EQ(value_of(variant, a, b).reason, Comparability::full_rank) << variant;
    EXPECT_TRUE(std::isnan(value_of(variant, b, a).value)) << variant;
    EXPECT_FALSE(std::isnan(measured(variant, a.leftCols(18), b))) << variant;
  }
  EXPECT_FALSE(std::isnan(measured("svcca/components=5", a, b)));
}

TEST(Cca, of_independent_data_is_far_with_few_units_and_biased_with_many) {
  EXPECT_GT(measured("cca", random_matrix(1000, 3, 1), random_matrix(1000, 3, 2)), 0.9);
  EXPECT_LT(measured("cca", random_matrix(100, 60, 1), random_matrix(100, 60, 2)), 0.3) << "why svcca is there";
}

TEST(ShapeMetric, test_vector_of_its_description) {
  for (const char* alpha : {"0", "0.3", "1"})
    EXPECT_NEAR(measured(std::string("shape_metric/alpha=") + alpha, kX, kY), std::numbers::pi / 3, 1e-12) << alpha;
}

TEST(ShapeMetric, without_whitening_is_procrustes_and_with_it_the_angle_of_cca) {
  const MatrixXd a = random_matrix(60, 5, 1), b = related_to(a, 5, 2);
  for (const char* distance : {"angular", "euclidean", "chordal"})
    EXPECT_NEAR(measured(std::string("shape_metric/distance=") + distance, a, b),
                measured(std::string("procrustes/distance=") + distance, a, b), 1e-11);
  EXPECT_NEAR(measured("shape_metric/alpha=0", a, b), std::acos(correlations(a, b).mean()), 1e-9);
}

TEST(ShapeMetric, whitens_in_part_as_it_is_defined) {
  const MatrixXd a = random_matrix(60, 5, 1), b = related_to(a, 7, 2);
  const auto whitened = [](const MatrixXd& values, double alpha) {
    const MatrixXd x = centred(values);
    const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(MatrixXd(x.transpose() * x));
    const VectorXd lambda = solver.eigenvalues(),
                   weights = alpha + (1 - alpha) * lambda.cwiseSqrt().cwiseInverse().array();
    const double scale = std::sqrt(lambda.sum() / (weights.array().square() * lambda.array()).sum());
    return MatrixXd(scale * x * solver.eigenvectors() * weights.asDiagonal());
  };
  for (const double alpha : {0.2, 0.7})
    for (const std::string distance : {"angular", "euclidean"})
      EXPECT_NEAR(measured("shape_metric/alpha=" + std::to_string(alpha) + ",distance=" + distance, a, b),
                  measured("procrustes/distance=" + distance, whitened(a, alpha), whitened(b, alpha)), 1e-10);
}

}  // namespace
}  // namespace cohort::test
