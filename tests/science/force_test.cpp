#include <support/training.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

/// Normalized errors on the target of Sussillo & Abbott 2009, three periods from rest without correction, before and
/// after `n_trials` trials of three periods each.
std::vector<float> errors_of(const std::string& rule, Index n_trials) {
  TrainingPlan plan;
  plan.task = "periodic_target_sussillo_2009/periods=3";
  plan.cell = "ctrnn/units=300,tau=10,activation=tanh";
  plan.rule = rule;
  plan.options.batch = 1;
  plan.options.updates = n_trials;
  plan.options.evaluate_every = n_trials;
  const TrainingRecord record = PlannedTraining<float>(plan).train();
  EXPECT_EQ(record.status, RunStatus::done) << record.message;
  return curve_of(record, "error");
}

class LeastSquaresRule : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, LeastSquaresRule, testing::Values("force", "full_force"));

TEST_P(LeastSquaresRule, learns_the_periodic_target_of_sussillo_2009) {
  const std::vector<float> errors = errors_of(GetParam(), 40);
  fmt::print("periodic target, {}: normalized error {:.3g} -> {:.2g}\n", GetParam(), errors.front(), errors.back());
  EXPECT_GT(errors.front(), 0.8);
  EXPECT_LT(errors.back(), 0.01);
}

}  // namespace
}  // namespace cohort::test
