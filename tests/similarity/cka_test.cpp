#include "random_data.hpp"

#include <cohort/recordings/npy_array.hpp>
#include <cohort/similarity/baseline.hpp>

#include <support/shared_data.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cohort::test {
namespace {

MatrixXd centring(Index n) { return MatrixXd::Identity(n, n) - MatrixXd::Constant(n, n, 1 / static_cast<double>(n)); }

/// By definition, over matrices of samples.
double biased(const MatrixXd& k, const MatrixXd& l) {
  const MatrixXd h = centring(k.rows()), kc = h * k * h, lc = h * l * h;
  return kc.cwiseProduct(lc).sum() / std::sqrt(kc.squaredNorm() * lc.squaredNorm());
}

/// Song et al. 2012, equation 5: kernels without diagonals.
double unbiased_hsic(MatrixXd k, MatrixXd l) {
  const auto n = static_cast<double>(k.rows());
  k.diagonal().setZero();
  l.diagonal().setZero();
  const double trace = k.cwiseProduct(l).sum(), sums = k.sum() * l.sum() / ((n - 1) * (n - 2));
  return (trace + sums - 2 / (n - 2) * (k * l).sum()) / (n * (n - 3));
}
double debiased(const MatrixXd& k, const MatrixXd& l) {
  return unbiased_hsic(k, l) / std::sqrt(unbiased_hsic(k, k) * unbiased_hsic(l, l));
}

MatrixXd gaussian(const MatrixXd& x, double width) {
  const Index n = x.rows();
  MatrixXd squares(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) squares(i, j) = (x.row(i) - x.row(j)).squaredNorm();
  std::vector<double> sorted(squares.data(), squares.data() + squares.size());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  const double median = sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return (-squares.array() / (2 * width * width * median)).exp();
}

TEST(Cka, test_vector_of_its_description) {
  EXPECT_NEAR(measured("cka", kX, kY), 0.75, 1e-15);
  EXPECT_NEAR(measured("cka/distance=angular", kX, kY), std::acos(0.25), 1e-15);
}

TEST(Cka, agrees_with_its_definition_over_samples) {
  for (const Index n_units : {3, 10, 50}) {
    const MatrixXd x = random_matrix(30, 7, 1), y = related_to(x, n_units, 2);
    const MatrixXd k = x * x.transpose(), l = y * y.transpose();
    EXPECT_NEAR(measured("cka", x, y), 1 - biased(k, l), 1e-13) << n_units;
    EXPECT_NEAR(measured("cka/estimator=debiased", x, y), 1 - debiased(k, l), 1e-12) << n_units;
    for (const double width : {1.0, 0.4}) {
      const MatrixXd gk = gaussian(x, width), gl = gaussian(y, width);
      const std::string rbf = "cka/kernel=rbf,width=" + std::to_string(width);
      EXPECT_NEAR(measured(rbf, x, y), 1 - biased(gk, gl), 1e-12) << n_units;
      EXPECT_NEAR(measured(rbf + ",estimator=debiased", x, y), 1 - debiased(gk, gl), 1e-12) << n_units;
    }
  }
}

TEST(Cka, of_independent_data_is_zero_only_when_it_is_debiased) {
  const MatrixXd x = random_matrix(100, 80, 1), y = random_matrix(100, 80, 2);
  EXPECT_LT(measured("cka", x, y), 0.7) << "the bias";
  EXPECT_NEAR(measured("cka/estimator=debiased", x, y), 1, 0.05);
}

TEST(Cka, without_a_debiased_norm_has_no_value) {
  // Every sample as far from every other: all that varies is bias.
  const MatrixXd simplex = MatrixXd::Identity(6, 6), other = random_matrix(6, 3, 1);
  const MeasureValue value = value_of("cka/estimator=debiased", simplex, other);
  EXPECT_TRUE(std::isnan(value.value));
  EXPECT_EQ(value.reason, Comparability::debiased_norm);
  EXPECT_EQ(value_of("cka/estimator=debiased", other, simplex).reason, Comparability::debiased_norm);
  EXPECT_FALSE(std::isnan(measured("cka", simplex, other)));
  EXPECT_EQ(value_of("cka/estimator=debiased", kX, kY).reason, Comparability::too_few_samples);
}

TEST(Cka, of_a_gaussian_kernel_needs_samples_that_differ) {
  MatrixXd x = MatrixXd::Zero(10, 2);
  x(0, 0) = 1;
  EXPECT_EQ(value_of("cka/kernel=rbf", x, random_matrix(10, 2, 1)).reason, Comparability::equal_samples);
}

TEST(Cka, of_motor_cortex_with_its_mean_over_conditions) {
  const auto path = shared_file("data/hatsopoulos2007/firing_rate.npy");
  COHORT_SKIP_WITHOUT(path);
  const Representation recording = representation_of(recording_from(read_npy(path.string()), "M1"));
  const Representation mean = cross_condition_mean(recording);
  EXPECT_NEAR(1 - distance(*measures().make("cka"), recording, mean), .7866937713883961, 1e-9);
  EXPECT_NEAR(1 - distance(*measures().make("cka/estimator=debiased"), recording, mean), .7866447208607721, 1e-9);
}

}  // namespace
}  // namespace cohort::test
