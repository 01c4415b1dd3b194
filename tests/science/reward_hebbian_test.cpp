#include <support/training.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

/// Miconi 2017: 200 units, τ 30 ms, gain 1.5. Four trials an update, one of each condition.
TrainingRecord delayed_nonmatch(const std::string& rule, Index updates, std::uint64_t seed) {
  TrainingPlan plan;
  plan.task = "delayed_nonmatch_to_sample_miconi_2017";
  plan.cell = "ctrnn/units=200,tau=30,activation=tanh";
  plan.rule = rule;
  plan.options.batch = 4;
  plan.options.updates = updates;
  plan.options.evaluate_every = updates;
  plan.seed = seed;
  return PlannedTraining<float>(plan).train();
}

TEST(RewardHebbian, learns_delayed_nonmatch_to_sample) {
  // Chance is an accuracy of 1/2 and, for a constant output, a normalized error of 1.
  float accuracy = 0;
  for (const std::uint64_t seed : {1, 2, 3}) {
    const TrainingRecord record = delayed_nonmatch("reward_hebbian", 1000, seed);
    accuracy += curve_of(record, "accuracy").back() / 3;
    EXPECT_LT(curve_of(record, "error").back(), 0.5) << seed;
  }
  fmt::print("delayed non-match to sample, mean accuracy of 3 seeds: {:.3f} (chance 0.5)\n", accuracy);
  EXPECT_GE(accuracy, 0.9);
  const TrainingRecord idle = delayed_nonmatch("reward_hebbian/rate=0", 100, 1);
  EXPECT_LE(curve_of(idle, "accuracy").back(), 0.75);
  EXPECT_GT(curve_of(idle, "error").back(), 0.9);
}

}  // namespace
}  // namespace cohort::test
