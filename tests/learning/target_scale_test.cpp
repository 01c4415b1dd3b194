#include <cohort/learning/objective.hpp>

#include <support/networks.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

constexpr Index kOutputs = 4, kSteps = 9, kTrials = 5;

/// Trials whose outputs vary, are 3, are always 0, and are 3 but for rounding errors.
TrialBatch<double> mixed_trials() {
  auto batch = random_batch<double>(LossKind::mean_squared_error, 2, kOutputs, kSteps, kTrials);
  batch.targets.row(1).setConstant(3);
  batch.targets.row(2).setZero();
  RandomStream stream("test-rounding", "", 1);
  for (Index column = 0; column < batch.targets.cols(); ++column)
    batch.targets(3, column) = 3 * (1 + 1e-8 * stream.normal());
  return batch;
}

MatrixXd random_outputs(const TrialBatch<double>& batch) {
  RandomStream stream("test-outputs", "", 1);
  return MatrixXd::NullaryExpr(kOutputs, batch.n_columns(), [&] { return 2 * stream.normal(); });
}

/// The error by its definition, with means over samples in place of sums.
double error_by_means(const TrialBatch<double>& batch, const MatrixXd& outputs, const std::vector<bool>& varies) {
  double others = 0, sum = 0;
  int n_others = 0;
  std::vector<double> missed, mean, mean_square;
  for (Index output = 0; output < outputs.rows(); ++output) {
    const auto mask = batch.mask.row(output).array();
    const auto target = batch.targets.row(output).array();
    const double weight = mask.sum();
    missed.push_back((mask * (outputs.row(output).array() - target).square()).sum() / weight);
    mean.push_back((mask * target).sum() / weight);
    mean_square.push_back((mask * target.square()).sum() / weight);
    if (mean_square.back() == 0) continue;
    others += mean_square.back();
    ++n_others;
  }
  for (std::size_t i = 0; i < missed.size(); ++i) {
    const double variance = mean_square[i] - mean[i] * mean[i];
    const double scale = varies[i] ? variance : mean_square[i] > 0 ? mean_square[i] : others / n_others;
    sum += missed[i] / scale;
  }
  return sum / static_cast<double>(missed.size());
}

double error_of(const TrialBatch<double>& batch, const MatrixXd& outputs) {
  return Objective<double>(LossKind::mean_squared_error).score(batch, outputs).error;
}

/// All trials `n` times.
TrialBatch<double> repeated(const TrialBatch<double>& batch, Index n) {
  TrialBatch<double> many = batch;
  many.n_trials = n * batch.n_trials;
  many.targets.resize(kOutputs, n * batch.n_columns());
  many.mask.resize(kOutputs, n * batch.n_columns());
  for (Index column = 0; column < many.targets.cols(); ++column) {
    const Index step = column / many.n_trials, trial = column % batch.n_trials;
    many.targets.col(column) = batch.targets.col(step * batch.n_trials + trial);
    many.mask.col(column) = batch.mask.col(step * batch.n_trials + trial);
  }
  return many;
}

TEST(NormalizedError, is_its_definition_for_outputs_of_every_kind) {
  const auto batch = mixed_trials();
  const MatrixXd outputs = random_outputs(batch);
  const auto scales = target_scales(batch);
  EXPECT_TRUE(scales[0].varies);
  for (std::size_t output : {1, 2, 3}) EXPECT_FALSE(scales[output].varies) << output;
  const double expected = error_by_means(batch, outputs, {true, false, false, false});
  EXPECT_NEAR(error_of(batch, outputs), expected, 1e-9 * expected);
}

TEST(NormalizedError, depends_neither_on_the_number_of_trials_nor_on_that_of_steps) {
  const auto batch = mixed_trials();
  const MatrixXd outputs = MatrixXd::Constant(kOutputs, batch.n_columns(), 0.7);
  const double error = error_of(batch, outputs);
  const auto many = repeated(batch, 7);
  EXPECT_NEAR(error_of(many, MatrixXd::Constant(kOutputs, many.n_columns(), 0.7)), error, 1e-12 * error);
  auto longer = batch;  // every step twice, as trials of twice the length
  longer = repeated(batch, 2);
  longer.n_trials = batch.n_trials;
  longer.n_steps = 2 * batch.n_steps;
  EXPECT_NEAR(error_of(longer, MatrixXd::Constant(kOutputs, longer.n_columns(), 0.7)), error, 1e-12 * error);
}

TEST(NormalizedError, of_silence_is_one_for_a_constant_and_its_unit_does_not_matter) {
  auto batch = mixed_trials();
  for (const double unit : {1.0, 1e3, 1e-3}) {
    auto only = batch;
    only.targets = unit * only.targets;
    only.mask.row(0).setZero();
    only.mask.row(2).setZero();
    EXPECT_NEAR(error_of(only, MatrixXd::Zero(kOutputs, batch.n_columns())), 1, 1e-12) << unit;
    EXPECT_NEAR(error_of(only, MatrixXd::Constant(kOutputs, batch.n_columns(), 3.3 * unit)), 0.01, 1e-6) << unit;
  }
  auto scaled = batch;
  scaled.targets *= 100;
  const MatrixXd outputs = random_outputs(batch);
  EXPECT_NEAR(error_of(scaled, 100 * outputs), error_of(batch, outputs), 1e-9);
}

TEST(NormalizedError, of_outputs_that_should_all_be_silent_is_the_mean_square) {
  auto batch = mixed_trials();
  batch.targets.setZero();
  EXPECT_NEAR(error_of(batch, MatrixXd::Constant(kOutputs, batch.n_columns(), 0.5)), 0.25, 1e-14);
}

TEST(NormalizedError, a_constant_stays_one_over_many_samples) {
  // In a sum of a million squares of 0.1, rounding errors alone would be a variance.
  TrialBatch<double> batch;
  batch.n_trials = 1000;
  batch.n_steps = 1000;
  batch.targets = MatrixXd::Constant(1, 1000000, 0.1);
  batch.mask = MatrixXd::Ones(1, 1000000);
  EXPECT_FALSE(target_scales(batch)[0].varies);
  EXPECT_NEAR(error_of(batch, MatrixXd::Zero(1, 1000000)), 1, 1e-9);
}

TEST(NormalizedError, a_small_variation_around_a_large_mean_is_seen) {
  auto batch = mixed_trials();
  const MatrixXd small = 1e-4 * batch.targets.row(0);
  batch.targets.row(3) = small.array() + 1;
  ASSERT_TRUE(target_scales(batch)[3].varies);
  const auto mask = batch.mask.row(3).array();
  MatrixXd outputs = batch.targets;
  outputs.row(3).setConstant((mask * batch.targets.row(3).array()).sum() / mask.sum());
  EXPECT_NEAR(error_of(batch, outputs), 0.25, 1e-9) << "one of four outputs is the best constant";
}

}  // namespace
}  // namespace cohort::test
