#include <cohort/rules/forward_gradient.hpp>

#include <support/rule_update.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr Index kInputs = 2, kOutputs = 2, kSteps = 9, kTrials = 2;
constexpr double kPenalty = 0.3;
const LossKind kLoss = LossKind::mean_squared_error;

class ForwardGradientOf : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Cells, ForwardGradientOf,
                         testing::Values("ctrnn/units=4,tau=[2,5],activation=tanh", "rate/units=4,tau=4", "gru/units=4",
                                         "lif/units=4,threshold=0.3", "alif/units=4,threshold=0.3", "lstm/units=4",
                                         "ctrnn/units=6,tau=3,activation=softplus,dale=true,sparsity=0.7",
                                         "ctrnn/units=4,tau=3,activation=tanh,rank=2,readout_fraction=0.5"));

/// dE/dθ, one slope along every single weight.
VectorXd gradient_by_slopes(RecurrentNetwork<double>& network, const TrialBatch<double>& batch) {
  const Index n_units = network.n_units();
  const auto& activity = network.forward(batch.inputs, kTrials);
  Matrix<double> error;
  Objective<double>(kLoss).output_error(batch, activity.outputs, error);
  TemporalContext<double> context{network, batch, activity, error};
  context.direct.rate_weight = 2 * kPenalty / static_cast<double>(n_units * batch.n_columns());
  MatrixXd direction = MatrixXd::Zero(network.cell().traits().n_drives * n_units, n_units + kInputs + 1);
  MatrixXd slopes = direction;
  VectorXd start = VectorXd::Zero(n_units);
  for (Index i = 0; i < direction.size(); ++i) {
    direction(i) = 1;
    slopes(i) = ForwardGradient<double>::slope(context, direction, start);
    direction(i) = 0;
  }
  ParameterSet<double> gradient(network.parameters().layout);
  network.cell().add_drive_gradient(network.parameters(), slopes, gradient);
  for (const auto& block : gradient.layout.blocks())
    for (Index unit = 0; block.role == ParameterRole::initial_state && unit < n_units; ++unit) {
      start[unit] = 1;
      gradient.block(block.name)(unit) = ForwardGradient<double>::slope(context, direction, start);
      start[unit] = 0;
    }
  network.add_readout_gradient(error, gradient);
  return gradient.values;
}

TEST_P(ForwardGradientOf, slopes_along_single_weights_are_bptt) {
  auto network = random_network<double>(GetParam(), kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd bptt = rule_gradient<double>("bptt", *network, batch, kLoss, kPenalty).gradient.values;
  const VectorXd eprop = rule_gradient<double>("eprop", *network, batch, kLoss, kPenalty).gradient.values;
  ASSERT_GT(bptt.norm(), 1e-3);
  const VectorXd forward = gradient_by_slopes(*network, batch);
  EXPECT_LE(relative_difference<double>(forward, bptt), 1e-12);
  EXPECT_GT(relative_difference<double>(forward, eprop), 1e-3);
}

TEST_P(ForwardGradientOf, comes_closer_to_bptt_with_more_directions) {
  auto network = random_network<double>(GetParam(), kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  UpdateOptions options;
  options.penalty = kPenalty;
  const ParameterSet<double> exact = rule_gradient<double>("bptt", *network, batch, kLoss, kPenalty).gradient;
  const auto alignment = [&](const std::string& samples) {
    ParameterSet<double> estimate = first_update("forward_gradient/samples=" + samples, *network, batch, options);
    ParameterSet<double> aim = exact;
    for (const char* readout : {"W_out", "b_out"}) {
      EXPECT_LE((estimate.block(readout) - exact.block(readout)).norm(), 1e-13 * exact.values.norm());
      estimate.block(readout).setZero();
      aim.block(readout).setZero();
    }
    return cosine(estimate.values, aim.values);
  };
  const double few = alignment("5"), many = alignment("2000");
  EXPECT_LT(few, 0.8);
  EXPECT_GT(many, 0.9);
}

TEST(ForwardGradient, is_keyed_by_run_and_update) {
  auto network = random_network<double>("ctrnn/units=4,tau=3,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const auto values = [&](std::uint64_t seed, std::uint64_t update) {
    UpdateOptions options;
    options.seed = seed;
    options.update = update;
    return first_update("forward_gradient", *network, batch, options).values;
  };
  EXPECT_EQ(values(1, 0), values(1, 0));
  EXPECT_NE(values(1, 0), values(2, 0));
  EXPECT_NE(values(1, 0), values(1, 1));
}

}  // namespace
}  // namespace cohort::test
