#include <cohort/learning/recursive_least_squares.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/random_stream.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

MatrixXd random_matrix(Index rows, Index cols, std::uint64_t seed) {
  RandomStream stream("test-least-squares", "", seed);
  MatrixXd result(rows, cols);
  for (Index i = 0; i < result.size(); ++i) result(i) = stream.normal();
  return result;
}

/// argmin Σ |w r - target|² + α |w - w_0|².
MatrixXd ridge(const MatrixXd& regressors, const MatrixXd& targets, const MatrixXd& start, double alpha) {
  const MatrixXd correlation =
      regressors * regressors.transpose() + alpha * MatrixXd::Identity(regressors.rows(), regressors.rows());
  const MatrixXd residual = targets - start * regressors;
  return start + correlation.ldlt().solve(regressors * residual.transpose()).transpose();
}

TEST(RecursiveLeastSquares, is_ridge_regression_after_every_sample) {
  constexpr double alpha = 0.3;
  constexpr Index n = 12, n_samples = 40;
  const MatrixXd regressors = random_matrix(n, n_samples, 1), targets = random_matrix(2, n_samples, 2);
  const MatrixXd start = random_matrix(2, n, 3);
  MatrixXd weights = start;
  RecursiveLeastSquares squares(n, alpha);
  for (Index sample = 0; sample < n_samples; ++sample) {
    const VectorXd r = regressors.col(sample), error = weights * r - targets.col(sample);
    weights -= error * squares.gain(r).transpose();
    const MatrixXd seen = regressors.leftCols(sample + 1), aims = targets.leftCols(sample + 1);
    const MatrixXd expected = ridge(seen, aims, start, alpha);
    EXPECT_LE((weights - expected).norm(), 1e-10 * expected.norm()) << sample;
    // Another ridge, and one sample less, are told apart.
    EXPECT_GT((weights - ridge(seen, aims, start, 2 * alpha)).norm(), 1e-4 * expected.norm()) << sample;
    if (sample > 0) {
      EXPECT_GT((weights - ridge(seen.leftCols(sample), aims.leftCols(sample), start, alpha)).norm(), 1e-3);
    }
  }
}

}  // namespace
}  // namespace cohort::test
