#include <cohort/core/normal_fill.hpp>

#include <support/rule_update.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr Index kInputs = 3, kOutputs = 2, kSteps = 7, kTrials = 2, kUnits = 6;
constexpr double kTau = 4;
const LossKind kLoss = LossKind::mean_squared_error;

/// The rule's definition for a linear `ctrnn`, with exact derivatives in place of ΔE: Σ_t (ξ·dE/du) ξ_t ẑ_tᵀ.
ParameterSet<double> expected_update(RecurrentNetwork<double>& network, const TrialBatch<double>& batch) {
  const MatrixXd w = network.parameters().block("W"), w_out = network.parameters().block("W_out");
  const double alpha = 1 / kTau;
  const MatrixXd outputs = network.forward(batch.inputs, kTrials).outputs;
  const MatrixXd rates = network.trajectory().rates.matrix();
  Matrix<double> error;
  Objective<double>(kLoss).output_error(batch, outputs, error);
  MatrixXd noise(kUnits, kSteps * kTrials + kTrials);  // on the drives, then on the initial state of each trial
  fill_normal(rule_stream().substream(0), 0, noise.data(), noise.size());
  ParameterSet<double> expected(network.parameters().layout);
  for (Index trial = 0; trial < kTrials; ++trial) {
    VectorXd credit = VectorXd::Zero(kUnits);
    double slope = 0;
    for (Index step = kSteps - 1; step >= 0; --step) {
      const Index column = step * kTrials + trial;
      credit = w_out.transpose() * error.col(column) + (1 - alpha) * credit + alpha * (w.transpose() * credit);
      slope += credit.dot(noise.col(column));
    }
    const VectorXd start_noise = noise.col(kSteps * kTrials + trial);
    slope += ((1 - alpha) * credit + alpha * (w.transpose() * credit)).dot(start_noise);
    expected.block("a_0") += slope * start_noise;
    for (Index step = 0; step < kSteps; ++step) {
      const Index column = step * kTrials + trial;
      const VectorXd push = alpha * slope * noise.col(column);
      expected.block("W") += push * rates.col(column).transpose();
      expected.block("W_in") += push * batch.inputs.col(column).head(kInputs).transpose();
      expected.block("b") += push;
    }
  }
  for (Index column = 0; column < error.cols(); ++column) {
    expected.block("W_out") += error.col(column) * rates.col(column + kTrials).transpose();
    expected.block("b_out") += error.col(column);
  }
  return expected;
}

TEST(NodePerturbation, is_its_definition_in_a_linear_network) {
  // A quadratic loss of a linear network has no third order: the antithetic difference is exact for any σ.
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=linear", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd expected = expected_update(*network, batch).values;
  ASSERT_GT(expected.norm(), 1e-3);
  for (const std::string sigma : {"0.001", "0.3"})
    EXPECT_LE(relative_difference<double>(
                  first_update("node_perturbation/antithetic=true,sigma=" + sigma, *network, batch).values, expected),
              1e-9)
        << sigma;
  // Without the opposite run there is a second order: small for small σ only.
  EXPECT_LE(relative_difference<double>(first_update("node_perturbation/sigma=1e-6", *network, batch).values, expected),
            1e-4);
  EXPECT_GT(relative_difference<double>(first_update("node_perturbation/sigma=0.3", *network, batch).values, expected),
            1e-2);
}

class NodePerturbationOf : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Cells, NodePerturbationOf,
                         testing::Values("ctrnn/units=6,tau=4,activation=tanh", "rate/units=6,tau=4",
                                         "ctrnn/units=6,tau=[2,4],activation=tanh,dale=true,sparsity=0.7",
                                         "ctrnn/units=6,tau=4,activation=softplus,rank=2"));

TEST_P(NodePerturbationOf, comes_closer_to_bptt_with_more_samples) {
  constexpr double penalty = 0.3;
  auto network = random_network<double>(GetParam(), kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  UpdateOptions options;
  options.penalty = penalty;
  ParameterSet<double> exact = rule_gradient<double>("bptt", *network, batch, kLoss, penalty).gradient;
  const auto without_readout = [&](ParameterSet<double> gradient) {
    for (const auto& block : gradient.layout.blocks())
      if (block.role == ParameterRole::readout || block.role == ParameterRole::readout_bias)
        gradient.block(block.name).setZero();
    return gradient.values;
  };
  const auto alignment = [&](const std::string& samples) {
    const ParameterSet<double> estimate =
        first_update("node_perturbation/sigma=1e-4,antithetic=true,samples=" + samples, *network, batch, options);
    EXPECT_LE((estimate.block("W_out") - exact.block("W_out")).norm(), 1e-13 * exact.block("W_out").norm());
    return cosine(without_readout(estimate), without_readout(exact));
  };
  const double few = alignment("10"), many = alignment("2000");
  EXPECT_LT(few, 0.9);
  EXPECT_GT(many, 0.95);
}

/// The same number on every drive.
class ConstantNoise final : public DriveNoise<double> {
 public:
  void add(Index, double* drives, Index stride) const override {
    Eigen::Map<MatrixXd, 0, Eigen::OuterStride<>>(drives, kUnits, kTrials, Eigen::OuterStride<>(stride)).array() += 0.2;
  }
};

TEST(NodePerturbation, disturbs_the_pass_with_the_unit_noise_of_the_trainer) {
  const std::string rule = "node_perturbation/antithetic=true";
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const ConstantNoise noise;
  UpdateOptions options;
  options.noise = &noise;
  const VectorXd noisy = first_update(rule, *network, batch, options).values;
  const VectorXd quiet = first_update(rule, *network, batch).values;
  EXPECT_GT(relative_difference<double>(noisy, quiet), 1e-2);
  network->parameters().block("b").array() += kTau * 0.2;  // the same as a bias
  EXPECT_LE(relative_difference<double>(first_update(rule, *network, batch).values, noisy), 1e-9);
}

/// The mean over draws of the estimate for the initial state alone is its gradient.
TEST(NodePerturbation, learns_the_initial_state_without_bias) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd exact = rule_gradient<double>("bptt", *network, batch, kLoss, 0).gradient.block("a_0").col(0);
  const VectorXd mean =
      first_update("node_perturbation/sigma=1e-4,antithetic=true,samples=20000", *network, batch).block("a_0").col(0);
  ASSERT_GT(exact.norm(), 1e-4);
  EXPECT_LT((mean - exact).norm(), 0.2 * exact.norm());
}

TEST(NodePerturbation, is_keyed_by_run_and_update) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const auto values = [&](std::uint64_t seed, std::uint64_t update) {
    UpdateOptions options;
    options.seed = seed;
    options.update = update;
    return first_update("node_perturbation", *network, batch, options).values;
  };
  EXPECT_EQ(values(1, 0), values(1, 0));
  EXPECT_NE(values(1, 0), values(2, 0));
  EXPECT_NE(values(1, 0), values(1, 1));
}

}  // namespace
}  // namespace cohort::test
