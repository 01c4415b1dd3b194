#include <support/training.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace cohort::test {
namespace {

/// Normalized error at the end of training.
double final_error(TrainingPlan plan, const std::string& rule, std::uint64_t seed) {
  plan.rule = rule;
  plan.seed = seed;
  plan.options.evaluate_every = plan.options.updates;
  const TrainingRecord record = PlannedTraining<float>(plan).train();
  EXPECT_EQ(record.status, RunStatus::done) << rule << " " << record.message;
  return curve_of(record, "error").back();
}

double median_error(const TrainingPlan& plan, const std::string& rule) {
  std::vector<double> errors;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) errors.push_back(final_error(plan, rule, seed));
  std::sort(errors.begin(), errors.end());
  fmt::print("{}, {}: median normalized error of 5 seeds {:.2g}\n", plan.task, rule, errors[errors.size() / 2]);
  return errors[errors.size() / 2];
}

// Murray 2019: 50 units, τ 10 steps, 10,000 trials; the released code ends at ½ error² = 1.5e-4, a normalized error of
// 4.6e-4.
TEST(Rflo, learns_the_sines_of_murray_2019) {
  TrainingPlan plan;
  plan.task = "sine_generation_murray_2019";
  plan.cell = "rate/units=50,tau=10";
  plan.optimizer = "sgd/rate=0.05";
  plan.options.clip = 0.2;
  plan.options.updates = 10000;
  plan.options.batch = 1;
  EXPECT_LT(median_error(plan, "rflo"), 4.6e-4);
  EXPECT_GT(median_error(plan, "frozen_recurrent"), 1e-2) << "the readout alone cannot do it";
}

// Bellec et al. 2020, supplementary: spiking units whose errors come back through fixed random weights.
TEST(Eprop, learns_pattern_generation_with_random_feedback) {
  TrainingPlan plan;
  plan.task = "pattern_generation";
  plan.cell = "lif/units=100,tau_out=20,drive_scale=one,threshold=0.6";
  plan.initialization = "gaussian/gain=0.5";
  plan.optimizer = "adam/rate=0.005";
  plan.options.updates = 600;
  plan.options.batch = 1;
  EXPECT_LT(median_error(plan, "eprop/feedback=random"), 0.01);
  EXPECT_GT(median_error(plan, "frozen_recurrent"), 0.06) << "the readout alone cannot do it";
}

}  // namespace
}  // namespace cohort::test
