#include <cohort/learning/objective.hpp>

#include <support/networks.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cohort::test {
namespace {

constexpr Index kOutputs = 3, kSteps = 9, kTrials = 4, kColumns = kSteps * kTrials;

MatrixXd random_outputs(std::uint64_t seed = 1) {
  RandomStream stream("test-outputs", "", seed);
  return MatrixXd::NullaryExpr(kOutputs, kColumns, [&] { return 2 * stream.normal(); });
}

TrialBatch<double> batch_of(LossKind loss) { return random_batch<double>(loss, 2, kOutputs, kSteps, kTrials); }

TEST(SquaredError, is_the_masked_mean) {
  const Objective<double> objective(LossKind::mean_squared_error);
  const auto batch = batch_of(LossKind::mean_squared_error);
  const MatrixXd outputs = random_outputs();
  double square = 0, weight = 0;
  for (Index i = 0; i < outputs.size(); ++i) {
    square += batch.mask(i) * (outputs(i) - batch.targets(i)) * (outputs(i) - batch.targets(i));
    weight += batch.mask(i);
  }
  const Score score = objective.score(batch, outputs);
  EXPECT_NEAR(score.loss, square / weight, 1e-14);
  EXPECT_TRUE(std::isnan(score.accuracy));
  EXPECT_EQ(objective.score(batch, batch.targets).loss, 0);
}

TEST(SquaredError, a_constant_at_the_mean_of_the_target_has_error_one) {
  const Objective<double> objective(LossKind::mean_squared_error);
  auto batch = batch_of(LossKind::mean_squared_error);
  batch.targets.row(1) = 100 * batch.targets.row(1).array() + 7;  // units do not matter
  MatrixXd outputs(kOutputs, kColumns);
  for (Index output = 0; output < kOutputs; ++output) {
    const auto mask = batch.mask.row(output).array();
    outputs.row(output).setConstant((mask * batch.targets.row(output).array()).sum() / mask.sum());
  }
  EXPECT_NEAR(objective.score(batch, outputs).error, 1, 1e-12);
  EXPECT_GT(objective.score(batch, outputs.array() + 0.5).error, 1.01);
  EXPECT_EQ(objective.score(batch, batch.targets).error, 0);
}

TEST(SquaredError, error_averages_over_outputs_and_not_over_their_sizes) {
  const Objective<double> objective(LossKind::mean_squared_error);
  auto batch = batch_of(LossKind::mean_squared_error);
  batch.targets.row(2) *= 1000;
  MatrixXd outputs = batch.targets;
  const auto mask = batch.mask.row(0).array();
  outputs.row(0).setConstant((mask * batch.targets.row(0).array()).sum() / mask.sum());  // one of three as bad as that
  EXPECT_NEAR(objective.score(batch, outputs).error, 1.0 / 3, 1e-12);
}

TEST(SquaredError, an_output_whose_target_is_constant_counts_its_mean_square_relative_to_the_target) {
  const Objective<double> objective(LossKind::mean_squared_error);
  auto batch = batch_of(LossKind::mean_squared_error);
  batch.targets.row(0).setConstant(3);
  MatrixXd outputs = batch.targets;
  outputs.row(0).array() += 0.5;
  EXPECT_NEAR(objective.score(batch, outputs).error, 0.25 / 9 / 3, 1e-12);
}

TEST(SquaredError, an_output_that_is_never_counted_leaves_the_error_alone) {
  const Objective<double> objective(LossKind::mean_squared_error);
  auto batch = batch_of(LossKind::mean_squared_error);
  batch.mask.row(1).setZero();
  const MatrixXd outputs = random_outputs();
  const double error = objective.score(batch, outputs).error;
  auto others = batch;
  others.targets.row(1) = batch.targets.row(0);
  others.mask.row(1) = batch.mask.row(0);
  MatrixXd same = outputs;
  same.row(1) = outputs.row(0);
  others.mask.row(2).setZero();
  const double first = objective.score(others, same).error;  // of output 0 alone, twice
  others = batch;
  others.mask.row(0).setZero();
  EXPECT_NEAR(error, (first + objective.score(others, outputs).error) / 2, 1e-12) << "a mean of two";
}

TEST(SquaredError, masked_targets_may_be_anything) {
  const Objective<double> objective(LossKind::mean_squared_error);
  auto batch = batch_of(LossKind::mean_squared_error);
  const MatrixXd outputs = random_outputs();
  const Score before = objective.score(batch, outputs);
  MatrixXd error_before, error_after;
  objective.output_error(batch, outputs, error_before);
  ASSERT_GT((batch.mask.array() == 0).count(), 10);
  batch.targets = (batch.mask.array() == 0).select(std::numeric_limits<double>::quiet_NaN(), batch.targets);
  const Score after = objective.score(batch, outputs);
  objective.output_error(batch, outputs, error_after);
  EXPECT_EQ(before.loss, after.loss);
  EXPECT_EQ(before.error, after.error);
  EXPECT_EQ(error_before, error_after);
  batch.mask.setOnes();
  EXPECT_TRUE(std::isnan(objective.score(batch, outputs).loss)) << "a counted NaN is seen";
}

TEST(CrossEntropy, is_the_masked_mean_of_the_surprise) {
  const Objective<double> objective(LossKind::cross_entropy);
  const auto batch = batch_of(LossKind::cross_entropy);
  const MatrixXd outputs = random_outputs();
  double sum = 0, weight = 0;
  for (Index c = 0; c < kColumns; ++c) {
    const double p =
        std::exp(outputs(batch.classes[static_cast<std::size_t>(c)], c)) / outputs.col(c).array().exp().sum();
    sum -= batch.mask(0, c) * std::log(p);
    weight += batch.mask(0, c);
  }
  const Score score = objective.score(batch, outputs);
  EXPECT_NEAR(score.loss, sum / weight, 1e-13);
  EXPECT_EQ(score.error, score.loss);
  EXPECT_NEAR(objective.score(batch, MatrixXd::Zero(kOutputs, kColumns)).loss, std::log(3), 1e-14);
}

TEST(CrossEntropy, large_logits_do_not_overflow) {
  const Objective<float> objective(LossKind::cross_entropy);
  const auto batch = random_batch<float>(LossKind::cross_entropy, 2, kOutputs, kSteps, kTrials);
  const Matrix<float> outputs = 1e4F * random_outputs().cast<float>();
  Matrix<float> error;
  objective.output_error(batch, outputs, error);
  EXPECT_TRUE(std::isfinite(objective.score(batch, outputs).loss));
  EXPECT_TRUE(error.allFinite());
  EXPECT_NEAR(static_cast<double>(error.colwise().sum().cwiseAbs().maxCoeff()), 0, 1e-6);
}

TEST(OtherLossesOfClasses, are_what_they_say) {
  TaskInfo info;
  info.n_outputs = 2;
  info.loss = LossKind::class_squared_error;
  TrialBatch<double> batch;
  resize_batch(info, 1, 1, batch);
  batch.classes = {1};
  batch.mask.setOnes();
  const MatrixXd outputs = Eigen::Vector2d(0.5, 3);
  EXPECT_NEAR(Objective<double>(info.loss).score(batch, outputs).loss, (0.25 + 4) / 2, 1e-15);
  EXPECT_EQ(Objective<double>(info.loss).score(batch, outputs).accuracy, 1);
  const auto s = [](double y) { return 1 / (1 + std::exp(-y)); };
  EXPECT_NEAR(Objective<double>(LossKind::sigmoid_cross_entropy).score(batch, outputs).loss,
              -std::log(s(3)) - std::log(1 - s(0.5)), 1e-15);
}

class OutputError : public testing::TestWithParam<LossKind> {};
INSTANTIATE_TEST_SUITE_P(Losses, OutputError,
                         testing::Values(LossKind::mean_squared_error, LossKind::cross_entropy,
                                         LossKind::sigmoid_cross_entropy, LossKind::class_squared_error));

TEST_P(OutputError, agrees_with_finite_differences) {
  const Objective<double> objective(GetParam());
  const auto batch = batch_of(GetParam());
  MatrixXd outputs = random_outputs(), error;
  objective.output_error(batch, outputs, error);
  ASSERT_EQ(error.rows(), kOutputs);
  constexpr double step = 1e-5;
  for (Index i = 0; i < outputs.size(); ++i) {
    const double kept = outputs(i);
    outputs(i) = kept + step;
    const double above = objective.score(batch, outputs).loss;
    outputs(i) = kept - step;
    const double below = objective.score(batch, outputs).loss;
    outputs(i) = kept;
    EXPECT_NEAR(error(i), (above - below) / (2 * step), 1e-10) << i;
  }
  EXPECT_GT(error.cwiseAbs().maxCoeff(), 1e-2);
}

TEST(Accuracy, looks_at_the_last_counted_step_of_each_trial) {
  const Objective<double> objective(LossKind::cross_entropy);
  auto batch = batch_of(LossKind::cross_entropy);
  batch.mask.setOnes();
  // Trial 0 counts to its end, the others to an earlier step each; after that their outputs are wrong.
  const std::vector<Index> last{8, 7, 3, 0};
  MatrixXd outputs = MatrixXd::Zero(kOutputs, kColumns);
  for (Index trial = 0; trial < kTrials; ++trial) {
    for (Index step = 0; step < kSteps; ++step) {
      const Index c = step * kTrials + trial;
      const bool counts = step <= last[static_cast<std::size_t>(trial)];
      const bool right = step == last[static_cast<std::size_t>(trial)];
      batch.mask(0, c) = counts ? 0.5 : 0;
      batch.classes[static_cast<std::size_t>(c)] = 1;
      outputs(right ? 1 : 2, c) = 1;
    }
  }
  EXPECT_EQ(objective.score(batch, outputs).accuracy, 1);
  outputs(0, 3 * kTrials + 2) = 5;  // trial 2 chooses another class at its last counted step
  EXPECT_EQ(objective.score(batch, outputs).accuracy, 0.75);
  outputs.setZero();
  outputs.row(2).setOnes();
  EXPECT_EQ(objective.score(batch, outputs).accuracy, 0);
}

TEST(Objective, float_agrees_with_double) {
  for (const LossKind loss : {LossKind::mean_squared_error, LossKind::cross_entropy}) {
    const auto batch = random_batch<float>(loss, 2, kOutputs, kSteps, kTrials);
    const MatrixXd outputs = random_outputs();
    const Score exact = Objective<double>(loss).score(batch_of(loss), outputs);
    const Score rounded = Objective<float>(loss).score(batch, outputs.cast<float>());
    EXPECT_NEAR(rounded.loss, exact.loss, 1e-6 * exact.loss);
    EXPECT_NEAR(rounded.error, exact.error, 1e-6 * exact.error);
  }
}

}  // namespace
}  // namespace cohort::test
