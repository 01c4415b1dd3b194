#include "random_data.hpp"

#include <cohort/core/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

struct Case {
  std::string variant;
  bool ignores_rotation = true, ignores_scale = true, ignores_linear_maps = false;
};

std::vector<Case> cases() {
  std::vector<Case> all{{"procrustes"},
                        {"procrustes/distance=chordal"},
                        {"procrustes/distance=euclidean", true, false},
                        {"shape_metric/alpha=1"},
                        {"shape_metric/alpha=0.5", true, false},
                        {"shape_metric/alpha=0", true, true, true},
                        {"cca", true, true, true},
                        {"svcca"},
                        {"svcca/components=3"},
                        {"pwcca", false},
                        {"permutation", false},
                        {"permutation/distance=chordal", false},
                        {"linear_predictivity/folds=4"},
                        {"linear_predictivity/direction=reverse"}};
  for (const char* kernel : {"linear", "rbf"})
    for (const char* estimator : {"biased", "debiased"})
      for (const char* distance : {"one_minus", "angular"})
        all.push_back({std::string("cka/kernel=") + kernel + ",estimator=" + estimator + ",distance=" + distance});
  for (const char* rdm : {"correlation", "euclidean", "squared_euclidean"})
    for (const char* comparison : {"spearman", "pearson", "cosine", "whitened"})
      all.push_back({std::string("rsa/rdm=") + rdm + ",compare=" + comparison, std::string(rdm) != "correlation"});
  return all;
}

/// On 40 samples: 8 conditions of 5 times.
class EveryMeasure : public testing::TestWithParam<Case> {
 protected:
  static constexpr Index kConditions = 8;
  static Representation of(const MatrixXd& values) { return Representation(values, kConditions); }
  double measured(const MatrixXd& a, const MatrixXd& b) const { return distance(*measure_, of(a), of(b)); }

  std::unique_ptr<Measure> measure_ = measures().make(GetParam().variant);
  const MeasureTraits& traits_ = measure_->traits();
  MatrixXd a_ = random_matrix(40, 6, 1), b_ = related_to(a_, 9, 2);
};
INSTANTIATE_TEST_SUITE_P(Measures, EveryMeasure, testing::ValuesIn(cases()), [](const auto& test) {
  std::string name = test.param.variant;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

TEST_P(EveryMeasure, has_a_value_in_its_range_and_none_at_all_for_the_same) {
  const double value = measured(a_, b_);
  EXPECT_GT(value, 0.01);
  EXPECT_LE(value, traits_.high);
  EXPECT_GE(measure_->normalized(value), 0);
  if (std::isfinite(traits_.high) && GetParam().variant.find("euclidean") == std::string::npos) {
    EXPECT_LE(measure_->normalized(traits_.high), 1 + 1e-15);
  }
  if (traits_.is_symmetric) {
    EXPECT_EQ(measured(a_, a_), 0.0);
  }
  EXPECT_LT(measured(a_, a_), 1e-6);
}

TEST_P(EveryMeasure, is_bitwise_symmetric_where_it_says_so) {
  int n_equal = 0;
  for (std::uint64_t item = 0; item < 10; ++item) {
    const MatrixXd other = related_to(a_, item % 2 == 0 ? 6 : 11, 100 + item);
    n_equal += measured(a_, other) == measured(other, a_) ? 1 : 0;
  }
  EXPECT_EQ(n_equal == 10, traits_.is_symmetric) << n_equal;
}

TEST_P(EveryMeasure, obeys_the_triangle_inequality_where_it_promises_to) {
  if (!traits_.is_metric) return;
  for (std::uint64_t item = 0; item < 10; ++item) {
    const MatrixXd a = random_matrix(40, 3, 200 + item), b = random_matrix(40, 5, 300 + item);
    const MatrixXd between = a * random_matrix(3, 5, 400 + item) + b;
    EXPECT_LE(measured(a, b), measured(a, between) + measured(between, b) + 1e-12) << item;
    EXPECT_LE(measured(a, between), measured(a, b) + measured(b, between) + 1e-12) << item;
  }
}

TEST_P(EveryMeasure, ignores_what_it_says_it_ignores_and_nothing_else) {
  const double expected = measured(a_, b_), tolerance = 1e-9 * std::max(1.0, expected);
  EXPECT_NEAR(measured(a_, b_.rowwise().reverse()), expected, tolerance) << "order of units";
  const MatrixXd rotated = a_ * random_rotation(6, 5), mapped = a_ * random_matrix(6, 6, 7);
  EXPECT_EQ(std::abs(measured(rotated, b_) - expected) < tolerance, GetParam().ignores_rotation) << "rotation";
  EXPECT_EQ(std::abs(measured(3.7 * a_, b_) - expected) < tolerance, GetParam().ignores_scale) << "scale";
  const bool is_regression = GetParam().variant.starts_with("linear");
  if (!is_regression) {
    EXPECT_EQ(std::abs(measured(mapped, b_) - expected) < tolerance, GetParam().ignores_linear_maps) << "linear map";
  }
  EXPECT_GT(std::abs(measured(a_.colwise().reverse(), b_) - expected), 1e-6) << "the order of samples does count";
  if (GetParam().variant.find("correlation") == std::string::npos) {
    EXPECT_NEAR(measured(a_.rowwise() + Eigen::RowVectorXd::LinSpaced(6, -4, 4), b_), expected, tolerance) << "offset";
  }
}

TEST_P(EveryMeasure, does_not_mind_how_large_numbers_are) {
  if (!GetParam().ignores_scale) return;
  const double expected = measured(a_, b_);
  for (const double size : {1e-200, 1e200}) EXPECT_NEAR(measured(size * a_, b_), expected, 1e-9) << size;
}

TEST_P(EveryMeasure, refuses_different_samples) {
  const auto a = measure_->prepare(of(a_)), b = measure_->prepare(of(random_matrix(48, 6, 3)));
  EXPECT_THROW(measure_->compare(*a, *b), UserError);
}

TEST_P(EveryMeasure, takes_more_units_than_samples_or_says_why_not) {
  const MatrixXd wide = random_matrix(40, 60, 8);
  const MeasureValue value = distance_and_interval(*measure_, of(wide), of(b_));
  if (std::isnan(value.value)) {
    EXPECT_TRUE(traits_.has_reasons);
    EXPECT_EQ(value.reason, Comparability::full_rank);
  } else {
    EXPECT_LE(value.value, traits_.high);
  }
}

TEST_P(EveryMeasure, says_what_it_costs) {
  EXPECT_GE(measure_->comparison_flops(2000, 100, 100), measure_->comparison_flops(1000, 100, 100));
  EXPECT_GE(measure_->comparison_flops(1000, 100, 200), measure_->comparison_flops(1000, 100, 100));
  EXPECT_GT(measure_->prepared_bytes(1000, 100), measure_->prepared_bytes(500, 100));
}

}  // namespace
}  // namespace cohort::test
