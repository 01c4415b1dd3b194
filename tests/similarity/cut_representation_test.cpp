#include <cohort/similarity/cut_representation.hpp>

#include "random_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

const std::vector<std::string> kBounded{"procrustes",
                                        "procrustes/distance=chordal",
                                        "procrustes/distance=euclidean",
                                        "shape_metric/alpha=1",
                                        "cka",
                                        "cka/distance=angular",
                                        "cka/estimator=debiased",
                                        "cka/estimator=debiased,distance=angular"};

/// Components whose size falls as `decay`^i, in random directions, beside means.
MatrixXd falling(Index n_samples, Index n_units, double decay, std::uint64_t item) {
  const Index n = std::min(n_samples, n_units);
  const VectorXd sizes = Eigen::pow(decay, VectorXd::LinSpaced(n, 0, static_cast<double>(n - 1)).array());
  const MatrixXd samples = Eigen::HouseholderQR<MatrixXd>(random_matrix(n_samples, n, item)).householderQ() *
                           MatrixXd::Identity(n_samples, n);
  return (samples * sizes.asDiagonal() * random_rotation(n_units, item + 1).topRows(n)).array() + 0.3;
}

/// What networks do: slow modes through a few nonlinear units, and noise of single precision.
MatrixXd responses(Index n_samples, Index n_units, std::uint64_t item) {
  MatrixXd modes = random_matrix(n_samples, 6, item);
  for (Index sample = 1; sample < n_samples; ++sample)
    modes.row(sample) = 0.9 * modes.row(sample - 1) + 0.1 * modes.row(sample);
  const MatrixXd active = (3 * modes * random_matrix(6, n_units, item + 1)).array().tanh();
  return active.cast<float>().cast<double>();
}

double deviation(const MatrixXd& values) { return centred(values).norm(); }

TEST(CutRepresentation, leaves_out_no_more_than_the_tolerance_and_keeps_no_more_than_needed) {
  for (const double tolerance : {1e-1, 1e-3, 1e-6, 1e-9}) {
    for (const auto& [rows, cols] : {std::pair<Index, Index>{90, 40}, {40, 90}, {50, 50}}) {
      const MatrixXd values = 1e5 * falling(rows, cols, 0.5, 1);
      const CutRepresentation kept = cut(values, tolerance);
      EXPECT_LE(kept.rest, tolerance);
      EXPECT_NEAR((rebuilt(kept) - values).norm() / deviation(values), kept.rest, 1e-12);
      const Index n = kept.scores.cols();
      EXPECT_LT((kept.loadings.transpose() * kept.loadings - MatrixXd::Identity(n, n)).norm(), 1e-12);
      EXPECT_LT(n, std::min(rows, cols));
      EXPECT_GT(cut(values, tolerance, n - 1).rest, tolerance) << "one component fewer is too few";
    }
  }
}

TEST(CutRepresentation, says_what_it_reached_when_it_may_not_keep_enough) {
  const MatrixXd values = falling(60, 30, 0.5, 3);
  const CutRepresentation kept = cut(values, 1e-6, 5);
  EXPECT_EQ(kept.scores.cols(), 5);
  EXPECT_NEAR(kept.rest, std::pow(0.5, 5), 1e-3);
  EXPECT_EQ(cut(MatrixXd::Identity(8, 8), 0.05).scores.cols(), 7) << "nothing can go but the mean";
}

TEST(CutRepresentation, distances_stay_within_the_bound_whatever_the_data) {
  int n_close = 0;
  for (std::uint64_t item = 0; item < 24; ++item) {
    const bool is_smooth = item % 2 == 0;
    const Index units = 5 + static_cast<Index>(item) * 2;
    const MatrixXd a = is_smooth ? responses(80, units, 10 * item) : falling(80, units, 0.4 + 0.02 * item, 10 * item);
    const MatrixXd b = is_smooth ? responses(80, 20, 10 * item + 5) : MatrixXd(3 * falling(80, 20, 0.6, 10 * item + 5));
    for (const double tolerance : {0.1, 1e-2, 1e-4, 1e-6}) {
      const CutRepresentation kept_a = cut(a, tolerance), kept_b = cut(b, tolerance);
      for (const std::string& name : kBounded) {
        const double whole = value_of(name, a, b).value, rest = value_of(name, kept_a.scores, kept_b.scores).value;
        const double bound = measures().make(name)->cut_bound(tolerance).value().of(deviation(a), deviation(b));
        EXPECT_LE(std::abs(whole - rest), bound + 1e-13 * (1 + whole)) << name << " " << tolerance << " " << item;
        n_close += std::abs(whole - rest) > 0.02 * bound;
        const double again = value_of(name, rebuilt(kept_a), rebuilt(kept_b)).value;
        EXPECT_NEAR(again, rest, 1e-10 * (1 + rest)) << "scores stand for what is rebuilt: " << name;
      }
    }
  }
  EXPECT_GT(n_close, 20) << "the bound would be far too wide";
}

// Where everything that is missing lies on what the other has: the bound is reached but for one of the two cuts.
TEST(CutRepresentation, the_bound_is_no_wider_than_it_must_be) {
  MatrixXd a = MatrixXd::Zero(4, 2), b = MatrixXd::Zero(4, 1);
  a.col(0) << 1, -1, 0, 0;
  a.col(1) << 0, 0, 0.09, -0.09;
  b.col(0) << 0, 0, 1, -1;
  const double tolerance = 0.0901, whole = measured("procrustes", a, b);
  const double moved = std::abs(measured("procrustes", cut(a, tolerance).scores, b) - whole);
  EXPECT_GT(moved, 0.99 * std::asin(0.09 / std::sqrt(1 + 0.09 * 0.09)));
  EXPECT_LT(moved, measures().make("procrustes")->cut_bound(tolerance)->value);
}

TEST(CutRepresentation, measures_that_give_units_or_small_components_weight_have_no_bound) {
  for (const char* name : {"dsa", "permutation", "rsa", "cca", "svcca", "pwcca", "linear_predictivity",
                           "cka/kernel=rbf", "shape_metric/alpha=0", "shape_metric/alpha=0.5"})
    EXPECT_FALSE(measures().make(name)->cut_bound(1e-6)) << name;
  // A component of 1e-4 of the norm is a whole dimension to canonical correlations.
  MatrixXd a = random_matrix(50, 2, 1);
  a.col(1) *= 1e-4;
  const MatrixXd b = random_matrix(50, 2, 2);
  EXPECT_GT(std::abs(measured("cca", a, b) - measured("cca", cut(a, 1e-3).scores, b)), 0.005);
}

}  // namespace
}  // namespace cohort::test
