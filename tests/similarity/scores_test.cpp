#include "random_data.hpp"

#include <cohort/core/decompositions.hpp>
#include <cohort/similarity/bootstrap.hpp>
#include <cohort/similarity/condition_null.hpp>
#include <cohort/similarity/matched_units.hpp>
#include <cohort/similarity/noise_ceiling.hpp>
#include <cohort/similarity/variance_dimension.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cohort::test {
namespace {

constexpr Index kConditions = 6, kTimes = 10, kSamples = kConditions * kTimes;

RandomStream stream(const char* what) { return {what, "scores", 1}; }

Representation representation(const MatrixXd& values) { return Representation(values, kConditions); }

/// Units that look at a few common signals, each with noise of its own.
MatrixXd population(const MatrixXd& signals, Index n_units, std::uint64_t item) {
  return signals * random_matrix(signals.cols(), n_units, item) +
         1.5 * random_matrix(signals.rows(), n_units, item + 1);
}

// Equal numbers of units

TEST(MatchedUnits, more_units_of_the_same_system_are_no_closer_than_the_ceiling) {
  const MatrixXd signals = random_matrix(kSamples, 4, 1);
  const Representation recording = representation(population(signals, 30, 10));
  const Representation network = representation(population(signals, 300, 20));
  for (const char* name : {"procrustes", "cka/estimator=debiased", "permutation"}) {
    const auto measure = measures().make(name);
    const MatchedUnits matched = matched_units(*measure, network, recording, 60, stream("halves"), stream("units"));
    EXPECT_EQ(matched.reason, Comparability::comparable) << name;
    EXPECT_NEAR(matched.corrected, 0, 0.05) << name;
  }
  const auto measure = measures().make("procrustes");
  const MatchedUnits matched = matched_units(*measure, network, recording, 60, stream("halves"), stream("units"));
  const double unmatched = measure->normalized(distance(*measure, network, recording));
  EXPECT_LT((unmatched - matched.halves) / (1 - matched.halves), -0.1) << "what matching is for";
}

TEST(MatchedUnits, another_system_is_farther) {
  const Representation recording = representation(population(random_matrix(kSamples, 4, 1), 30, 10));
  const Representation network = representation(population(random_matrix(kSamples, 4, 2), 300, 20));
  const auto measure = measures().make("procrustes");
  const MatchedUnits matched = matched_units(*measure, network, recording, 60, stream("halves"), stream("units"));
  EXPECT_GT(matched.corrected, 0.2);
  EXPECT_DOUBLE_EQ(matched.corrected, (matched.normalized - matched.halves) / (1 - matched.halves));
}

TEST(MatchedUnits, halves_are_those_of_the_noise_ceiling) {
  const Representation recording = representation(population(random_matrix(kSamples, 4, 1), 31, 10));
  const Representation network = representation(population(random_matrix(kSamples, 4, 2), 40, 20));
  const auto measure = measures().make("procrustes");
  const MatchedUnits matched = matched_units(*measure, network, recording, 20, stream("halves"), stream("units"));
  EXPECT_DOUBLE_EQ(matched.halves, split_half_ceiling(*measure, recording, 20, stream("halves")).normalized_mean);
  const Representation small = representation(network.values().leftCols(5));
  EXPECT_GT(matched_units(*measure, small, recording, 20, stream("halves"), stream("units")).halves, matched.halves)
      << "five units of each half say less";
}

TEST(MatchedUnits, are_not_corrected_in_the_unit_of_the_data) {
  const Representation recording = representation(random_matrix(kSamples, 8, 1));
  const auto measure = measures().make("procrustes/distance=euclidean");
  const MatchedUnits matched = matched_units(*measure, recording, recording, 5, stream("halves"), stream("units"));
  EXPECT_TRUE(std::isnan(matched.corrected) && std::isfinite(matched.distance));
  const Representation one = representation(random_matrix(kSamples, 1, 1));
  EXPECT_EQ(matched_units(*measure, recording, one, 5, stream("halves"), stream("units")).reason,
            Comparability::single_unit);
}

// Conditions left out

/// The plain form: rotation by the singular vectors of what is fitted on.
double plain_left_out_procrustes(const MatrixXd& x, const MatrixXd& y) {
  double product = 0, xx = 0, yy = 0;
  for (Index c = 0; c < kConditions; ++c) {
    MatrixXd fitted_x(kSamples - kTimes, x.cols()), fitted_y(kSamples - kTimes, y.cols());
    fitted_x << x.topRows(c * kTimes), x.bottomRows(kSamples - (c + 1) * kTimes);
    fitted_y << y.topRows(c * kTimes), y.bottomRows(kSamples - (c + 1) * kTimes);
    const Eigen::RowVectorXd mean_x = fitted_x.colwise().mean(), mean_y = fitted_y.colwise().mean();
    const MatrixXd inside = (fitted_x.rowwise() - mean_x).transpose() * (fitted_y.rowwise() - mean_y);
    const Eigen::JacobiSVD<MatrixXd> svd(inside, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const MatrixXd own_x = x.middleRows(c * kTimes, kTimes).rowwise() - mean_x;
    const MatrixXd own_y = y.middleRows(c * kTimes, kTimes).rowwise() - mean_y;
    product += (own_x * svd.matrixU() * svd.matrixV().transpose()).cwiseProduct(own_y).sum();
    xx += own_x.squaredNorm();
    yy += own_y.squaredNorm();
  }
  return std::acos(product / std::sqrt(xx * yy));
}

double left_out(const char* name, const MatrixXd& a, const MatrixXd& b) {
  return measures()
      .make(name)
      ->left_out(representation(a), representation(b), ConditionFolds(kConditions, kTimes))
      .value;
}

TEST(LeftOut, procrustes_is_the_plain_form) {
  const MatrixXd a = random_matrix(kSamples, 5, 1), b = related_to(a, 7, 2);
  EXPECT_NEAR(left_out("procrustes", a, b), plain_left_out_procrustes(a, b), 1e-12);
  EXPECT_EQ(left_out("procrustes", a, b), left_out("procrustes", b, a)) << "bit for bit";
  EXPECT_NEAR(left_out("procrustes/distance=chordal", a, b), 2 * std::sin(plain_left_out_procrustes(a, b) / 2), 1e-12);
}

TEST(LeftOut, finds_a_rotation_and_what_is_only_fitted) {
  const MatrixXd a = random_matrix(kSamples, 5, 1), other = random_matrix(kSamples, 40, 3);
  EXPECT_LT(left_out("procrustes", a, 3 * a * random_rotation(5, 2)), 1e-7);
  // Forty units fit any noise; of a condition that they never saw they know nothing.
  EXPECT_LT(measured("procrustes", random_matrix(kSamples, 40, 4), other), 0.95);
  EXPECT_NEAR(left_out("procrustes", random_matrix(kSamples, 40, 4), other), std::numbers::pi / 2, 0.15);
  MatrixXd shuffled = a;
  shuffled.col(0).swap(shuffled.col(3));
  EXPECT_LT(left_out("permutation", a, shuffled), 1e-7);
  EXPECT_GT(left_out("permutation", a, random_matrix(kSamples, 5, 9)), 1);
}

TEST(LeftOut, linear_predictivity_is_that_of_single_conditions) {
  const MatrixXd a = random_matrix(kSamples, 5, 1), b = related_to(a, 7, 2);
  EXPECT_EQ(left_out("linear_predictivity/folds=3", a, b), measured("linear_predictivity/folds=6", a, b, kConditions));
}

TEST(LeftOut, is_no_offer_of_a_measure_without_alignment) {
  const MatrixXd a = random_matrix(kSamples, 5, 1);
  for (const char* name : {"cka", "rsa", "dsa"}) {
    const auto measure = measures().make(name);
    EXPECT_FALSE(measure->traits().has_alignment);
    EXPECT_EQ(measure->left_out(representation(a), representation(a), ConditionFolds(kConditions, kTimes)).reason,
              Comparability::no_alignment);
  }
}

// Bootstrap

TEST(Bootstrap, narrows_with_what_there_is_to_draw_from) {
  const MatrixXd signals = random_matrix(kSamples, 4, 1);
  const auto measure = measures().make("cka");
  const auto width = [&](Index n_units) {
    const Representation a = representation(population(signals, n_units, 10)),
                         b = representation(population(signals, n_units, 20));
    const BootstrapInterval interval = bootstrap_interval(*measure, a, b, Resampled::units, 100, stream("bootstrap"));
    EXPECT_EQ(interval.reason, Comparability::comparable);
    return interval.high - interval.low;
  };
  EXPECT_GT(width(10), 1.5 * width(200));
}

std::vector<Index> drawn(Index n, RandomStream stream) {
  std::vector<Index> result;
  for (Index i = 0; i < n; ++i) result.push_back(static_cast<Index>(stream.integer(static_cast<std::uint64_t>(n))));
  return result;
}

TEST(Bootstrap, is_where_19_of_20_distances_between_drawn_units_lie) {
  const MatrixXd a = random_matrix(kSamples, 9, 1), b = related_to(a, 7, 2);
  constexpr int n = 41;
  std::vector<double> distances;
  for (std::uint64_t i = 0; i < n; ++i) {
    const RandomStream own = stream("bootstrap").substream(i);
    const MatrixXd x = a(Eigen::all, drawn(a.cols(), own.substream(1))),
                   y = b(Eigen::all, drawn(b.cols(), own.substream(2)));
    distances.push_back(measures().make("procrustes")->normalized(measured("procrustes", x, y)));
  }
  std::sort(distances.begin(), distances.end());
  const BootstrapInterval interval = bootstrap_interval(*measures().make("procrustes"), representation(a),
                                                        representation(b), Resampled::units, n, stream("bootstrap"));
  EXPECT_NEAR(interval.low, distances[1], 1e-12) << "2.5 % of 40 steps";
  EXPECT_NEAR(interval.high, distances[39], 1e-12);
}

TEST(Bootstrap, of_equal_conditions_is_the_distance_itself) {
  const MatrixXd a = random_matrix(kTimes, 5, 1).replicate(kConditions, 1),
                 b = random_matrix(kTimes, 6, 2).replicate(kConditions, 1);
  const auto measure = measures().make("procrustes");
  const BootstrapInterval interval = bootstrap_interval(*measure, representation(a), representation(b),
                                                        Resampled::conditions, 50, stream("bootstrap"));
  EXPECT_NEAR(interval.low, measure->normalized(measured("procrustes", a, b)), 1e-12);
  EXPECT_NEAR(interval.high, interval.low, 1e-12);
}

TEST(Bootstrap, says_why_there_is_none) {
  const MatrixXd a = random_matrix(kSamples, 5, 1);
  const auto reason = [&](const char* name, Index n_conditions) {
    const Representation own(a, n_conditions);
    return bootstrap_interval(*measures().make(name), own, own, Resampled::conditions, 10, stream("bootstrap")).reason;
  };
  EXPECT_EQ(reason("procrustes", 0), Comparability::conditions_unknown);
  EXPECT_EQ(reason("procrustes", 1), Comparability::single_condition);
  EXPECT_EQ(reason("linear_predictivity", kConditions), Comparability::repeated_conditions);
}

TEST(Bootstrap, takes_the_conditions_of_the_side_that_knows_them) {
  const MatrixXd a = random_matrix(kSamples, 5, 1), b = related_to(a, 6, 2);
  const auto interval = [&](const Representation& x, const Representation& y) {
    return bootstrap_interval(*measures().make("cka"), x, y, Resampled::conditions, 20, stream("bootstrap"));
  };
  EXPECT_EQ(interval(representation(a), representation(b)).low, interval(representation(a), Representation(b)).low);
  EXPECT_EQ(interval(representation(a), representation(b)).low, interval(Representation(a), representation(b)).low);
}

// Null of permuted conditions

ConditionNull null_of(const char* name, const MatrixXd& a, const MatrixXd& b, std::uint64_t item = 0, int n = 19) {
  const auto measure = measures().make(name);
  return condition_null(*measure, representation(a), representation(b), measured(name, a, b, kConditions), n,
                        stream("null").substream(item));
}

TEST(ConditionNull, p_is_uniform_for_independent_data_and_least_for_related) {
  constexpr int n_sets = 60;
  double mean = 0;
  int n_below = 0;
  for (int i = 0; i < n_sets; ++i) {
    const auto item = static_cast<std::uint64_t>(i);
    const double p =
        null_of("cka", random_matrix(kSamples, 3, 100 + item), random_matrix(kSamples, 4, 300 + item), item).p;
    mean += p / n_sets;
    n_below += p <= 0.2;
  }
  EXPECT_NEAR(mean, 0.525, 0.12) << "mean of a uniform p of 20 values; standard error 0.037";
  EXPECT_NEAR(n_below / static_cast<double>(n_sets), 0.2, 0.17) << "standard error 0.05";
  const MatrixXd a = random_matrix(kSamples, 3, 1);
  for (const char* name : {"procrustes", "linear_predictivity"}) {
    const ConditionNull null = null_of(name, a, related_to(a, 4, 5));
    EXPECT_DOUBLE_EQ(null.p, 1.0 / 20) << name;
    EXPECT_GT(null.mean - 2 * null.deviation, 0.3) << name;
  }
}

TEST(ConditionNull, of_equal_conditions_is_the_distance_itself) {
  const MatrixXd a = random_matrix(kTimes, 5, 1).replicate(kConditions, 1),
                 b = random_matrix(kTimes, 6, 2).replicate(kConditions, 1);
  const ConditionNull null = null_of("procrustes", a, b);
  EXPECT_NEAR(null.mean, measured("procrustes", a, b) / (std::numbers::pi / 2), 1e-12);
  EXPECT_NEAR(null.deviation, 0, 1e-12);
  EXPECT_DOUBLE_EQ(null.p, 1);
  EXPECT_EQ(condition_null(*measures().make("cka"), Representation(a), Representation(b), 1, 10, stream("null")).reason,
            Comparability::conditions_unknown);
}

// One representation

TEST(VarianceDimension, counts_the_components_that_hold_the_share) {
  MatrixXd values = MatrixXd::Zero(8, 4);
  for (Index unit = 0; unit < 4; ++unit) values(2 * unit, unit) = 1, values(2 * unit + 1, unit) = -1;
  const Eigen::Vector4d sizes(std::sqrt(6.0), std::sqrt(3.0), 1, 0);  // 60 %, 30 %, 10 % of the variance
  const MatrixXd rotated = values * sizes.asDiagonal() * random_rotation(4, 1);
  for (const auto& [share, n] : {std::pair{0.5, 1}, {0.61, 2}, {0.9, 2}, {0.91, 3}, {1.0, 3}})
    EXPECT_EQ(variance_dimension(Representation(rotated), share), n) << share;
  EXPECT_EQ(variance_dimension(Representation(MatrixXd(rotated.replicate(1, 5))), 0.9), 2) << "more units than samples";
}

}  // namespace
}  // namespace cohort::test
