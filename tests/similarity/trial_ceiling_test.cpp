#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/trial_ceiling.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace cohort::test {
namespace {

using testing::HasSubstr;

constexpr Index kUnits = 5, kTimes = 7, kConditions = 3;

/// A signal that all trials share, and noise of this size in each of them; `counts` trials of the conditions.
Recording recording(const std::vector<std::size_t>& counts, double noise) {
  const auto n_trials = static_cast<std::size_t>(*std::max_element(counts.begin(), counts.end()));
  NpyArray array{{kUnits, kTimes, kConditions, n_trials}, {}};
  RandomStream random("trials", "", 1);
  for (Index unit = 0; unit < kUnits; ++unit)
    for (Index time = 0; time < kTimes; ++time)
      for (Index condition = 0; condition < kConditions; ++condition)
        for (std::size_t trial = 0; trial < n_trials; ++trial) {
          const double signal = 10 + std::sin(static_cast<double>((unit + 1) * (3 * time + 5 * condition)));
          const double value = signal + noise * random.normal();
          const bool is_there = trial < counts[static_cast<std::size_t>(condition)];
          array.values.push_back(is_there ? value : std::numeric_limits<double>::quiet_NaN());
        }
  return recording_from(array, "m1.npy");
}

NoiseCeiling ceiling(const std::string& measure, const Recording& recording, int resamples = 20) {
  return trial_half_ceiling(*measures().make(measure), recording, representation_of(recording), resamples,
                            RandomStream("test", "", 1));
}

Comparability comparability(const Recording& recording, const std::string& measure = "procrustes") {
  return trial_ceiling_comparability(*measures().make(measure), recording, representation_of(recording), 5,
                                     RandomStream("test", "", 1));
}

TEST(TrialCeiling, of_two_trials_is_the_distance_between_them_whichever_is_first) {
  const Recording two = recording({2, 2, 2}, 0.5);
  // Each condition may have its trials the other way round: of all ways one is what a resample has drawn.
  const auto measure = measures().make("procrustes/distance=euclidean");
  std::vector<double> possible;
  for (int ways = 0; ways < 8; ++ways) {
    MatrixXd a = two.trials[0], b = two.trials[1];
    for (Index condition = 0; condition < kConditions; ++condition)
      if ((ways >> condition) % 2 == 1) {
        const MatrixXd rows = a.middleRows(condition * kTimes, kTimes);
        a.middleRows(condition * kTimes, kTimes) = b.middleRows(condition * kTimes, kTimes);
        b.middleRows(condition * kTimes, kTimes) = rows;
      }
    possible.push_back(distance(*measure, Representation(a), Representation(b)));
  }
  const NoiseCeiling drawn = ceiling("procrustes/distance=euclidean", two, 200);
  EXPECT_GT(drawn.mean, *std::min_element(possible.begin(), possible.end()));
  EXPECT_LT(drawn.mean, *std::max_element(possible.begin(), possible.end()));
  double mean = 0;
  for (const double value : possible) mean += value / 8;
  EXPECT_NEAR(drawn.mean, mean, 4 * drawn.standard_deviation / std::sqrt(200.0));
}

TEST(TrialCeiling, is_zero_without_noise_and_grows_with_it) {
  EXPECT_NEAR(ceiling("cka", recording({6, 6, 6}, 0)).mean, 0, 1e-12);
  const double small = ceiling("cka", recording({6, 6, 6}, 0.3)).mean,
               large = ceiling("cka", recording({6, 6, 6}, 2)).mean;
  EXPECT_GT(small, 0);
  EXPECT_GT(large, 2 * small);
}

TEST(TrialCeiling, is_the_same_again_and_knows_unequal_numbers_of_trials) {
  const Recording some = recording({4, 7, 5}, 0.5);
  const NoiseCeiling first = ceiling("procrustes", some), again = ceiling("procrustes", some);
  EXPECT_EQ(first.mean, again.mean);
  EXPECT_EQ(first.normalized_standard_deviation, again.normalized_standard_deviation);
  EXPECT_TRUE(std::isfinite(first.mean));
  EXPECT_GT(first.mean, ceiling("procrustes", recording({40, 70, 50}, 0.5)).mean);
}

TEST(TrialCeiling, says_why_there_is_none) {
  EXPECT_EQ(comparability(recording({3, 3, 3}, 1)), Comparability::comparable);
  EXPECT_EQ(comparability(recording({3, 1, 3}, 1)), Comparability::single_trial);
  EXPECT_EQ(comparability(recording({1, 1, 1}, 1)), Comparability::no_trials);
  Recording silent = recording({2, 2, 2}, 1);
  silent.trials[0].setZero();
  silent.trials[1] *= 2;
  silent.trials[1].bottomRows(2 * kTimes).setZero();
  silent.trials[0].bottomRows(2 * kTimes).setZero();
  EXPECT_EQ(comparability(silent), Comparability::constant_trial_half);
  EXPECT_THAT(user_error([&] {
                ceiling("procrustes", recording({3, 1, 3}, 1));
              }),
              HasSubstr("m1.npy has no noise ceiling by trials (some condition has a single trial"));
}

TEST(TrialCeiling, of_all_trials_follows_spearman_and_brown) {
  MeasureTraits traits;
  EXPECT_TRUE(std::isnan(full_length(traits, 0.5))) << "no correlation";
  traits.reliability = Reliability::correlation;
  EXPECT_DOUBLE_EQ(full_length(traits, 0.5), 1 - 2 * 0.5 / 1.5);
  EXPECT_EQ(full_length(traits, 0), 0);
  EXPECT_TRUE(std::isnan(full_length(traits, 1.2)));
  traits.reliability = Reliability::explained_variance;
  EXPECT_DOUBLE_EQ(full_length(traits, 0.75), 1 - (1.0 / 1.5) * (1.0 / 1.5));  // r = 0.5
}

TEST(TrialCeiling, corrected_by_spearman_and_brown_is_that_of_twice_the_trials) {
  // One signal four times with noise of twice its size: correlations of single ones and of their halves.
  RandomStream random("spearman", "", 2);
  constexpr Index n = 20000;
  VectorXd signal(n), quarters[4];
  for (Index i = 0; i < n; ++i) signal[i] = random.normal();
  for (VectorXd& quarter : quarters) {
    quarter = signal;
    for (Index i = 0; i < n; ++i) quarter[i] += 2 * random.normal();
  }
  const auto r = [](VectorXd a, VectorXd b) {
    a.array() -= a.mean();
    b.array() -= b.mean();
    return a.dot(b) / a.norm() / b.norm();
  };
  MeasureTraits traits;
  traits.reliability = Reliability::correlation;
  const double of_quarters = r(quarters[0], quarters[1]);
  const double of_halves = r(quarters[0] + quarters[1], quarters[2] + quarters[3]);
  EXPECT_NEAR(1 - full_length(traits, 1 - of_quarters), of_halves, 0.02);
  traits.reliability = Reliability::explained_variance;
  EXPECT_NEAR(1 - full_length(traits, 1 - of_quarters * of_quarters), of_halves * of_halves, 0.02);
}

TEST(TrialCeiling, treats_halves_as_the_whole_was) {
  Recording whole = recording({6, 6, 6}, 0.5);
  UnitChoice choice;
  choice.soft_normalize = 1;
  choice.components = 2;
  whole.units = UnitTransform(whole.values, choice);
  const Recording plain = whole;
  whole.values = whole.units(whole.values);
  const NoiseCeiling treated = ceiling("procrustes", whole);
  EXPECT_NE(treated.mean, ceiling("procrustes", recording({6, 6, 6}, 0.5)).mean);
  // The mean over trials, treated, is what is compared.
  MatrixXd sum = MatrixXd::Zero(whole.n_samples(), 2);
  for (const MatrixXd& trial : whole.trials) sum += whole.units(trial) / 6;
  EXPECT_LT((sum - whole.values).norm(), 1e-12 * whole.values.norm());
}

}  // namespace
}  // namespace cohort::test
