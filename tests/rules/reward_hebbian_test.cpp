#include <support/errors.hpp>
#include <support/rule_update.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace cohort::test {
namespace {

using testing::HasSubstr;

constexpr Index kInputs = 2, kOutputs = 1, kSteps = 15, kTrials = 3, kUnits = 5;
const std::string kCell = "ctrnn/units=5,tau=3,activation=tanh";

TrialBatch<double> batch_of(LossKind loss, std::uint64_t seed) {
  const Index n_outputs = loss == LossKind::cross_entropy ? 2 : kOutputs;
  auto batch = random_batch<double>(loss, kInputs, n_outputs, kSteps, kTrials, seed);
  batch.conditions = {4, 1, 4};
  return batch;
}

/// Miconi's rule, by loops over single numbers, without pulses; `means` are the mean errors so far, by condition.
MatrixXd expected_change(const RecurrentNetwork<double>& network, const TrialBatch<double>& batch, double max_change,
                         std::map<int, double>& means) {
  const auto& p = network.parameters();
  const MatrixXd w = p.block("W"), w_in = p.block("W_in"), w_out = p.block("W_out");
  MatrixXd change = MatrixXd::Zero(kUnits, kUnits + 1);
  for (Index trial = 0; trial < kTrials; ++trial) {
    VectorXd x = p.block("a_0"), mean = x;
    MatrixXd h = MatrixXd::Zero(kUnits, kUnits + 1);
    double error = 0, weight = 0;
    for (Index step = 0; step < kSteps; ++step) {
      const Index column = step * kTrials + trial;
      const VectorXd r = x.array().tanh();
      for (Index i = 0; i < kUnits; ++i) {
        double drive = p.block("b")(i, 0);
        for (Index j = 0; j < kUnits; ++j) drive += w(i, j) * r[j];
        for (Index j = 0; j < kInputs; ++j) drive += w_in(i, j) * batch.inputs(j, column);
        x[i] += (drive - x[i]) / 3;
        for (Index j = 0; j < kUnits; ++j) h(i, j) += std::pow(r[j] * (x[i] - mean[i]), 3);
        h(i, kUnits) += std::pow(x[i] - mean[i], 3);
        mean[i] = 0.05 * mean[i] + 0.95 * x[i];
      }
      double y = p.block("b_out")(0, 0);
      for (Index j = 0; j < kUnits; ++j) y += w_out(0, j) * std::tanh(x[j]);
      error += batch.mask(0, column) * std::abs(y - batch.targets(0, column));
      weight += batch.mask(0, column);
    }
    double& usual = means[batch.conditions[static_cast<std::size_t>(trial)]];
    for (Index i = 0; i < h.size(); ++i)
      change(i) += std::clamp(-0.1 * usual * h(i) * (error / weight - usual), -max_change, max_change);
    usual = 0.75 * usual + 0.25 * error / weight;
  }
  return change;
}

class RewardHebbianWith : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(LargestChange, RewardHebbianWith, testing::Values(1e-6, 1e3));

TEST_P(RewardHebbianWith, is_its_definition) {
  auto network = random_network<double>(kCell, kInputs, kOutputs);
  const auto rule = learning_rules<double>().make("reward_hebbian/warm_up=0,pulse_probability=0,max_change=" +
                                                  std::to_string(GetParam()));
  rule->check(*network);
  rule->begin(*network, rule_stream());
  std::map<int, double> means;
  for (const std::uint64_t update : {0, 1, 2}) {
    const auto batch = batch_of(LossKind::mean_squared_error, update + 1);
    const MatrixXd expected = expected_change(*network, batch, GetParam(), means);
    ASSERT_GT(expected.norm(), 1e-7);
    const ParameterSet<double> step = next_update(*rule, *network, batch);
    EXPECT_LE((-step.block("W") - expected.leftCols(kUnits)).norm(), 1e-10 * expected.norm()) << update;
    EXPECT_LE((-step.block("b") - expected.rightCols(1)).norm(), 1e-10 * expected.norm()) << update;
    for (const char* fixed : {"W_in", "W_out", "b_out", "a_0"}) EXPECT_TRUE(step.block(fixed).isZero(0)) << fixed;
    // Without the mean errors of the updates before, another change is expected.
    std::map<int, double> nothing;
    EXPECT_EQ(update > 0, (expected_change(*network, batch, GetParam(), nothing) - expected).norm() > 1e-8);
    network->parameters().values -= step.values;
  }
}

TEST(RewardHebbian, waits_for_its_warm_up_trial_by_trial) {
  auto network = random_network<double>(kCell, kInputs, kOutputs);
  const auto rule = learning_rules<double>().make("reward_hebbian/warm_up=5");
  rule->begin(*network, rule_stream());
  const auto batch = batch_of(LossKind::mean_squared_error, 1);
  EXPECT_TRUE(next_update(*rule, *network, batch).values.isZero(0));
  EXPECT_GT(next_update(*rule, *network, batch).values.norm(), 0) << "its third trial is the sixth of all";
}

TEST(RewardHebbian, keeps_the_constraints_of_the_cell) {
  const std::string cell = kCell + ",dale=true,sparsity=0.7";
  auto network = random_network<double>(cell, kInputs, kOutputs);
  const auto batch = batch_of(LossKind::mean_squared_error, 1);
  const auto rule = learning_rules<double>().make("reward_hebbian/warm_up=0,rate=1e-3,max_change=1e-2");
  rule->begin(*network, rule_stream());
  next_update(*rule, *network, batch);
  const MatrixXd before = network->cell().effective_weights(network->parameters());
  const ParameterSet<double> step = next_update(*rule, *network, batch);
  network->parameters().values -= step.values;
  const MatrixXd after = network->cell().effective_weights(network->parameters());
  EXPECT_GT((after - before).norm(), 1e-6);
  EXPECT_TRUE(((before.array() == 0) == (after.array() == 0)).all());
  EXPECT_TRUE((before.array() * after.array() >= 0).all());
}

TEST(RewardHebbian, learns_from_classes_too_and_is_keyed_by_run) {
  auto network = random_network<double>(kCell, kInputs, 2);
  const auto batch = batch_of(LossKind::cross_entropy, 1);
  UpdateOptions options;
  options.loss = LossKind::cross_entropy;
  const auto second_update = [&](std::uint64_t seed) {
    const auto rule = learning_rules<double>().make("reward_hebbian/warm_up=0");
    rule->begin(*network, rule_stream(seed));
    next_update(*rule, *network, batch, options);
    return next_update(*rule, *network, batch, options).values;
  };
  EXPECT_GT(second_update(1).norm(), 0);
  EXPECT_EQ(second_update(1), second_update(1));
  EXPECT_NE(second_update(1), second_update(2));
}

TEST(RewardHebbian, refuses_low_rank) {
  auto network = random_network<double>(kCell + ",rank=2", kInputs, kOutputs);
  const auto rule = learning_rules<double>().make("reward_hebbian");
  EXPECT_THAT(user_error([&] { rule->check(*network); }), HasSubstr("reward_hebbian cannot train ctrnn of low rank"));
}

}  // namespace
}  // namespace cohort::test
