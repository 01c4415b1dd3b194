#include "random_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace cohort::test {
namespace {

/// Over pairs i < j, row by row, by definition.
VectorXd dissimilarities(const MatrixXd& x, const std::string& rdm) {
  VectorXd result(x.rows() * (x.rows() - 1) / 2);
  Index pair = 0;
  for (Index i = 0; i < x.rows(); ++i)
    for (Index j = i + 1; j < x.rows(); ++j, ++pair) {
      const VectorXd a = x.row(i).array() - x.row(i).mean(), b = x.row(j).array() - x.row(j).mean();
      const double square = (x.row(i) - x.row(j)).squaredNorm();
      result[pair] = rdm == "correlation" ? 1 - a.dot(b) / (a.norm() * b.norm())
                     : rdm == "euclidean" ? std::sqrt(square)
                                          : square;
    }
  return result;
}

VectorXd ranks(const VectorXd& values) {
  return VectorXd::NullaryExpr(values.size(), [&](Index i) {
    return static_cast<double>((values.array() < values[i]).count()) +
           (static_cast<double>((values.array() == values[i]).count()) + 1) / 2;
  });
}

double cosine(const VectorXd& a, const VectorXd& b) { return a.dot(b) / (a.norm() * b.norm()); }
double pearson(const VectorXd& a, const VectorXd& b) { return cosine(a.array() - a.mean(), b.array() - b.mean()); }

/// Diedrichsen et al. 2021: V = (C Cᵀ)∘(C Cᵀ), a row of C for each pair of samples, with 1 and −1 at the two.
double whitened(const VectorXd& a, const VectorXd& b, Index n) {
  MatrixXd contrasts = MatrixXd::Zero(a.size(), n);
  Index pair = 0;
  for (Index i = 0; i < n; ++i)
    for (Index j = i + 1; j < n; ++j, ++pair) {
      contrasts(pair, i) = 1;
      contrasts(pair, j) = -1;
    }
  const MatrixXd v = (contrasts * contrasts.transpose()).array().square();
  const MatrixXd inverse = v.inverse();
  return a.dot(inverse * b) / std::sqrt(a.dot(inverse * a) * b.dot(inverse * b));
}

TEST(Rsa, test_vector_of_its_description) {
  EXPECT_NEAR(measured("rsa/rdm=euclidean,compare=cosine", kX, kY), 1.0 / 6, 1e-15);
}

TEST(Rsa, agrees_with_its_definition) {
  const Index n = 12;
  const MatrixXd x = random_matrix(n, 7, 1), y = related_to(x, 9, 2);
  for (const std::string rdm : {"correlation", "euclidean", "squared_euclidean"}) {
    const VectorXd a = dissimilarities(x, rdm), b = dissimilarities(y, rdm);
    const auto value = [&](const char* comparison) {
      return measured("rsa/rdm=" + rdm + ",compare=" + comparison, x, y);
    };
    EXPECT_NEAR(value("spearman"), 1 - pearson(ranks(a), ranks(b)), 1e-12) << rdm;
    EXPECT_NEAR(value("pearson"), 1 - pearson(a, b), 1e-12) << rdm;
    EXPECT_NEAR(value("cosine"), 1 - cosine(a, b), 1e-12) << rdm;
    EXPECT_NEAR(value("whitened"), 1 - whitened(a, b, n), 1e-9) << rdm;
  }
}

TEST(Rsa, tells_conditions_apart_by_their_means_or_by_their_courses) {
  const Index n_conditions = 6, n_times = 4;
  const MatrixXd x = random_matrix(n_conditions * n_times, 7, 1), y = related_to(x, 9, 2);
  const auto means = [&](const MatrixXd& values) {
    MatrixXd rows(n_conditions, values.cols());
    for (Index c = 0; c < n_conditions; ++c) rows.row(c) = values.middleRows(c * n_times, n_times).colwise().mean();
    return rows;
  };
  const auto courses = [&](const MatrixXd& values) {
    MatrixXd rows(n_conditions, n_times * values.cols());
    for (Index c = 0; c < n_conditions; ++c)
      for (Index t = 0; t < n_times; ++t)
        rows.block(c, t * values.cols(), 1, values.cols()) = values.row(c * n_times + t);
    return rows;
  };
  for (const std::string rdm : {"correlation", "euclidean"}) {
    const auto value = [&](const char* samples) {
      return measured("rsa/rdm=" + rdm + ",compare=pearson,samples=" + samples, x, y, n_conditions);
    };
    EXPECT_NEAR(value("conditions"), 1 - pearson(dissimilarities(means(x), rdm), dissimilarities(means(y), rdm)),
                1e-12);
    EXPECT_NEAR(value("trajectories"), 1 - pearson(dissimilarities(courses(x), rdm), dissimilarities(courses(y), rdm)),
                1e-12);
  }
  EXPECT_EQ(value_of("rsa/samples=conditions", x, y).reason, Comparability::conditions_unknown);
  EXPECT_EQ(value_of("rsa/samples=trajectories", x, y, 2).reason, Comparability::too_few_conditions);
}

TEST(Rsa, whitened_cosine_of_squared_distances_is_linear_cka) {
  const MatrixXd x = random_matrix(40, 7, 1), y = related_to(x, 9, 2);
  EXPECT_NEAR(measured("rsa/rdm=squared_euclidean,compare=whitened", x, y), measured("cka", x, y), 1e-12);
}

TEST(Rsa, ties_have_their_mean_rank) {
  const MatrixXd x{{0.0}, {1.0}, {2.0}, {3.0}}, y{{0.0}, {1.0}, {1.0}, {2.0}};  // distances 1 2 3 1 2 1 and 1 1 2 0 1 1
  const VectorXd a = ranks(dissimilarities(x, "euclidean")), b = ranks(dissimilarities(y, "euclidean"));
  EXPECT_NEAR(measured("rsa/rdm=euclidean", x, y), 1 - pearson(a, b), 1e-14);
}

TEST(Rsa, without_differences_between_samples_has_no_value) {
  const MatrixXd simplex = MatrixXd::Identity(6, 6), other = random_matrix(6, 3, 1);
  EXPECT_EQ(value_of("rsa/rdm=euclidean", simplex, other).reason, Comparability::equal_samples);
  EXPECT_EQ(value_of("rsa/rdm=euclidean,compare=pearson", other, simplex).reason, Comparability::equal_samples);
  EXPECT_FALSE(std::isnan(measured("rsa/rdm=euclidean,compare=cosine", simplex, other)));
  MatrixXd flat = other;
  flat.row(2).setConstant(0.5);
  EXPECT_EQ(value_of("rsa", flat, other).reason, Comparability::flat_pattern);
  EXPECT_EQ(value_of("rsa", random_matrix(6, 1, 1), other).reason, Comparability::flat_pattern) << "a single unit";
  EXPECT_EQ(value_of("rsa/rdm=euclidean", MatrixXd{{1.0}, {2.0}}, MatrixXd{{1.0}, {3.0}}).reason,
            Comparability::too_few_samples);
}

TEST(Rsa, of_independent_data_is_about_one) {
  EXPECT_NEAR(measured("rsa", random_matrix(100, 30, 1), random_matrix(100, 30, 2)), 1, 0.05);
}

}  // namespace
}  // namespace cohort::test
