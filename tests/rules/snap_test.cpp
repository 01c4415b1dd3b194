#include <cohort/rules/snap.hpp>

#include <support/forward_rules.hpp>

namespace cohort::test {
namespace {

constexpr double kPenalty = 0.3;
constexpr LossKind kLoss = LossKind::mean_squared_error;
constexpr Index kInputs = 3, kOutputs = 2, kSteps = 17, kTrials = 3;
constexpr const char* kSparse = "ctrnn/units=12,sparsity=0.15,tau=4,activation=tanh";

TrialBatch<double> trials() { return random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials); }

VectorXd gradient(const std::string& rule, RecurrentNetwork<double>& network, const TrialBatch<double>& batch) {
  return rule_gradient<double>(rule, network, batch, kLoss, kPenalty).gradient.values;
}

/// dE/dW of a `ctrnn` from a dense influence matrix [n_units x n_units²] per trial, zero but where `kept(k, i)` lets
/// the parameters of unit i influence unit k.
MatrixXd masked_influence_gradient(RecurrentNetwork<double>& network, const TrialBatch<double>& batch,
                                   const MatrixXd& kept, double alpha) {
  const Index n = network.n_units();
  const auto& activity = network.forward(batch.inputs, kTrials);
  Matrix<double> error;
  Objective<double>(kLoss).output_error(batch, activity.outputs, error);
  const MatrixXd w = network.cell().effective_weights(network.parameters());
  const auto& rates = network.trajectory().rates;
  MatrixXd result = MatrixXd::Zero(n, n);
  for (Index trial = 0; trial < kTrials; ++trial) {
    MatrixXd influence = MatrixXd::Zero(n, n * n);
    for (Index step = 0; step < kSteps; ++step) {
      const Index column = step * kTrials + trial;
      const VectorXd before = rates.matrix().col(column), after = rates.matrix().col(column + kTrials);
      const VectorXd slope_before = 1 - before.array().square(), slope = 1 - after.array().square();
      influence = ((1 - alpha) * influence + alpha * w * slope_before.asDiagonal() * influence).eval();
      for (Index j = 0; j < n; ++j)
        for (Index i = 0; i < n; ++i) {
          influence(i, j * n + i) += alpha * before[j];
          influence.col(j * n + i).array() *= kept.col(i).array();
        }
      const VectorXd signal = network.parameters().block("W_out").transpose() * error.col(column) +
                              2 * kPenalty / static_cast<double>(n * batch.n_columns()) * after;
      const VectorXd credit = influence.transpose() * slope.cwiseProduct(signal);
      result += Eigen::Map<const MatrixXd>(credit.data(), n, n);
    }
  }
  return result.cwiseProduct((w.array() != 0).cast<double>().matrix());
}

class SnapOnCell : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, SnapOnCell, testing::ValuesIn(small_cells()), test_name);

TEST_P(SnapOnCell, of_one_step_is_snap1_and_of_two_without_sparsity_the_whole) {
  const auto network = random_network<double>(GetParam(), kInputs, kOutputs);
  const auto batch = trials();
  const VectorXd one = gradient("snap/n=1", *network, batch), two = gradient("snap/n=2", *network, batch);
  ASSERT_GT(one.norm(), kGradientFloor);
  EXPECT_LE(relative_difference<double>(one, gradient("snap1", *network, batch)), 1e-12);
  EXPECT_LE(relative_difference<double>(two, gradient("rtrl", *network, batch)), 1e-12);
  EXPECT_GT(relative_difference<double>(one, two), 1e-4);
}

TEST(Snap, keeps_the_influence_over_the_connections_that_exist) {
  const auto network = random_network<double>(kSparse, kInputs, kOutputs);
  const auto batch = trials();
  const MatrixXd exists = (network->cell().effective_weights(network->parameters()).array() != 0).cast<double>();
  MatrixXd kept = MatrixXd::Identity(12, 12);
  std::vector<VectorXd> gradients;
  for (Index n = 1; n <= 4; ++n) {
    const auto snap = rule_gradient<double>("snap/n=" + std::to_string(n), *network, batch, kLoss, kPenalty).gradient;
    const MatrixXd expected = masked_influence_gradient(*network, batch, kept, 0.25);
    ASSERT_GT(expected.norm(), kGradientFloor);
    EXPECT_LE((snap.block("W") - expected).norm() / expected.norm(), 1e-12) << n;
    for (const VectorXd& other : gradients) EXPECT_GT(relative_difference<double>(snap.values, other), 1e-4) << n;
    gradients.push_back(snap.values);
    kept = ((kept + exists * kept).array() != 0).cast<double>();
  }
  const VectorXd whole = gradient("rtrl", *network, batch);
  EXPECT_GT(relative_difference<double>(gradients.back(), whole), 1e-6);
  EXPECT_LE(relative_difference<double>(gradient("snap/n=100", *network, batch), whole), 1e-12);
}

TEST(Snap, asks_for_connections_not_for_weights) {
  const auto network = random_network<double>("ctrnn/units=5", kInputs, kOutputs);
  network->parameters().block("W").setZero();
  for (const auto& reached : Snap<double>::reached_units(*network, 2)) EXPECT_EQ(reached.size(), 5U);
  for (const auto& reached : Snap<double>::reached_units(*network, 1)) EXPECT_EQ(reached.size(), 1U);
  const auto sparse = random_network<double>("ctrnn/units=5,sparsity=0.2", kInputs, kOutputs);
  std::size_t n_reached = 0;
  for (const auto& reached : Snap<double>::reached_units(*sparse, 2)) n_reached += reached.size();
  EXPECT_LT(n_reached, 25U);
}

TEST(Snap, with_frozen_weights_its_parts_sum_to_the_whole) {
  for (const char* leak : {"", ",tau_out=3"}) {
    const std::string cell = std::string(kSparse) + leak;
    const auto network = random_network<double>(cell, kInputs, kOutputs);
    const auto batch = trials();
    EXPECT_LE(relative_difference<double>(
                  gradient_in_parts<double>("snap/n=2,every=4", *network, batch, kLoss, kPenalty, 4).values,
                  gradient("snap/n=2", *network, batch)),
              1e-12)
        << cell;
  }
}

}  // namespace
}  // namespace cohort::test
