#include "random_data.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/similarity/condition_folds.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

using Samples = std::vector<Index>;

struct Sums {
  double error, total;
  MatrixXd predicted;
};

/// Ridge with intercept by its normal equations, fitted on `train` and scored on `test`.
Sums fitted(const MatrixXd& x, const MatrixXd& y, const Samples& train, const Samples& test, double part) {
  const MatrixXd xt = x(train, Eigen::all), yt = y(train, Eigen::all);
  const Eigen::RowVectorXd mx = xt.colwise().mean(), my = yt.colwise().mean();
  const MatrixXd a = xt.rowwise() - mx, gram = a.transpose() * a;
  const double penalty = part * Eigen::SelfAdjointEigenSolver<MatrixXd>(gram).eigenvalues().maxCoeff();
  const MatrixXd ridge = gram + penalty * MatrixXd::Identity(gram.rows(), gram.cols());
  const MatrixXd weights = ridge.ldlt().solve(a.transpose() * (yt.rowwise() - my));
  const MatrixXd left = y(test, Eigen::all).rowwise() - my, right = (x(test, Eigen::all).rowwise() - mx) * weights;
  return {(left - right).squaredNorm(), left.squaredNorm(), right.rowwise() + my};
}

double squared_correlation(const VectorXd& a, const VectorXd& b) {
  const VectorXd p = a.array() - a.mean(), q = b.array() - b.mean();
  return std::pow(p.dot(q), 2) / (p.squaredNorm() * q.squaredNorm());
}

/// By definition: for every fold the penalty that is best when the others are left out in turn.
double by_definition(const MatrixXd& x, const MatrixXd& y, Index n_conditions, Index n_folds,
                     const std::string& score = "R2") {
  MatrixXd predicted = y;
  const Index n_times = x.rows() / n_conditions;
  const auto fold_of = [&](Index sample) { return sample / n_times % n_folds; };
  double error = 0, total = 0;
  for (Index outer = 0; outer < n_folds; ++outer) {
    double best = 1e300, chosen = 0;
    for (int k = -6; k <= 3; ++k) {
      double inside = 0;
      for (Index inner = 0; inner < n_folds; ++inner) {
        if (inner == outer) continue;
        Samples train, test;
        for (Index s = 0; s < x.rows(); ++s)
          if (fold_of(s) == inner)
            test.push_back(s);
          else if (fold_of(s) != outer)
            train.push_back(s);
        inside += fitted(x, y, train, test, std::pow(10.0, k)).error;
      }
      if (inside < best) {
        best = inside;
        chosen = std::pow(10.0, k);
      }
    }
    Samples train, test;
    for (Index s = 0; s < x.rows(); ++s) (fold_of(s) == outer ? test : train).push_back(s);
    const Sums sums = fitted(x, y, train, test, chosen);
    error += sums.error;
    total += sums.total;
    predicted(test, Eigen::all) = sums.predicted;
  }
  if (score == "R2") return error / total;
  double mean = 0;
  for (Index unit = 0; unit < y.cols(); ++unit)
    mean += squared_correlation(y.col(unit), predicted.col(unit)) / static_cast<double>(y.cols());
  return 1 - mean;
}

/// Smooth in time: sums of neighbours of white noise, each condition for itself.
MatrixXd smooth(Index n_conditions, Index n_times, Index n_units, std::uint64_t item) {
  MatrixXd values = MatrixXd::Zero(n_conditions * n_times, n_units);
  const Index width = 40;
  const MatrixXd noise = random_matrix(n_conditions * (n_times + width), n_units, item);
  for (Index c = 0; c < n_conditions; ++c)
    for (Index t = 0; t < n_times; ++t) {
      const auto around = noise.middleRows(c * (n_times + width) + t, width);
      for (Index i = 0; i < width; ++i)
        values.row(c * n_times + t) += std::exp(-std::pow((static_cast<double>(i) - 20) / 8, 2)) * around.row(i);
    }
  return values;
}

TEST(LinearPredictivity, test_vector_of_its_description) {
  const MatrixXd x{{1.0}, {2.0}, {3.0}, {4.0}};
  EXPECT_LT(measured("linear_predictivity", x, x, 4), 1e-5);
}

TEST(LinearPredictivity, agrees_with_its_definition) {
  const MatrixXd x = random_matrix(42, 5, 1), y = related_to(x, 3, 2);
  EXPECT_NEAR(measured("linear_predictivity/folds=3", x, y, 6), by_definition(x, y, 6, 3), 1e-9);
  EXPECT_NEAR(measured("linear_predictivity", x, y, 7), by_definition(x, y, 7, 5), 1e-9);
  EXPECT_NEAR(measured("linear_predictivity/folds=9", x, y, 6), by_definition(x, y, 6, 6), 1e-9);
  EXPECT_NEAR(measured("linear_predictivity/folds=3,direction=reverse", x, y, 6), by_definition(y, x, 6, 3), 1e-9);
  EXPECT_NEAR(measured("linear_predictivity/folds=3,score=r2", x, y, 6), by_definition(x, y, 6, 3, "r2"), 1e-9);
  const MatrixXd wide = random_matrix(42, 60, 5);
  EXPECT_NEAR(measured("linear_predictivity/folds=3", wide, y, 6), by_definition(wide, y, 6, 3), 1e-6);
}

TEST(LinearPredictivity, finds_a_linear_map_and_its_direction) {
  const MatrixXd x = random_matrix(200, 10, 1), y = x * random_matrix(10, 4, 2);
  EXPECT_LT(measured("linear_predictivity", x, y, 10), 1e-5);
  EXPECT_GT(measured("linear_predictivity/direction=reverse", x, y, 10), 0.3) << "four units do not tell ten";
  EXPECT_EQ(measured("linear_predictivity/direction=reverse", x, y, 10), measured("linear_predictivity", y, x, 10));
}

TEST(LinearPredictivity, of_two_independent_smooth_signals_is_no_better_than_the_mean) {
  const MatrixXd x = smooth(8, 100, 40, 1), y = smooth(8, 100, 5, 2);
  EXPECT_NEAR(measured("linear_predictivity", x, y, 8), 1, 0.15);
  // What it would say if samples were split at random: neighbours in time stand on both sides.
  Samples train, test;
  RandomStream stream("test", "split", 1);
  for (Index s = 0; s < x.rows(); ++s) (stream.uniform() < 0.8 ? train : test).push_back(s);
  const MatrixXd more = smooth(8, 100, 150, 3);
  const Sums leaky = fitted(more, y, train, test, 1e-6);
  EXPECT_LT(leaky.error / leaky.total, 0.2) << "the test can tell";
  EXPECT_NEAR(measured("linear_predictivity", more, y, 8), 1, 0.15);
}

TEST(LinearPredictivity, needs_three_conditions) {
  const auto measure = measures().make("linear_predictivity");
  const MatrixXd x = random_matrix(12, 2, 1);
  EXPECT_THROW(check_conditions(measure->traits(), "linear_predictivity", 2), UserError);
  EXPECT_NO_THROW(check_conditions(measure->traits(), "linear_predictivity", 3));
  EXPECT_THROW(measured("linear_predictivity", x, x, 2), UserError);
  EXPECT_THROW(measured("linear_predictivity", x, x), UserError);
  const auto two = measure->prepare(Representation(x, 2));
  EXPECT_EQ(measure->compare(*two, *two).reason, Comparability::too_few_conditions);
}

TEST(LinearPredictivity, takes_the_conditions_from_the_side_that_knows_them) {
  const MatrixXd x = random_matrix(42, 5, 1), y = related_to(x, 3, 2);
  const auto measure = measures().make("linear_predictivity");
  const auto known = measure->prepare(Representation(x, 6)), target = measure->prepare(Representation(y, 6));
  const auto unknown = measure->prepare(Representation(x)), other = measure->prepare(Representation(y));
  const double expected = measure->compare(*known, *target).value;
  EXPECT_EQ(measure->compare(*known, *other).value, expected);
  EXPECT_EQ(measure->compare(*unknown, *target).value, expected);
}

}  // namespace
}  // namespace cohort::test
