#include <cohort/learning/credit_rule.hpp>
#include <cohort/learning/eprop.hpp>

#include <support/explicit_trace.hpp>
#include <support/networks.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr double kTau = 4, kPenalty = 0.3;
constexpr Index kInputs = 3, kOutputs = 2, kSteps = 17, kTrials = 5, kUnits = 9;
constexpr double kGradientFloor = 1e-3;  // a silent network would pass every comparison

std::string ctrnn(const std::string& activation) {
  return "ctrnn/units=9,tau=4,activation=" + activation;
}

/// Central differences of the regularized loss in every parameter.
VectorXd finite_differences(RecurrentNetwork<double>& network, const TrialBatch<double>& batch, LossKind loss) {
  constexpr double h = 1e-5;
  VectorXd result(network.parameters().values.size());
  for (Index i = 0; i < result.size(); ++i) {
    double& value = network.parameters().values[i];
    const double kept = value;
    value = kept + h;
    const double above = regularized_loss<double>(network, batch, loss, kPenalty);
    value = kept - h;
    const double below = regularized_loss<double>(network, batch, loss, kPenalty);
    value = kept;
    result[i] = (above - below) / (2 * h);
  }
  return result;
}

class ActivationGradient : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, ActivationGradient, testing::ValuesIn(activation_names()));

TEST_P(ActivationGradient, bptt_agrees_with_finite_differences) {
  for (const LossKind loss : {LossKind::mean_squared_error, LossKind::cross_entropy}) {
    auto network = random_network<double>(ctrnn(GetParam()), kInputs, kOutputs);
    const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
    const auto bptt = rule_gradient<double>("bptt", *network, batch, loss, kPenalty);
    const VectorXd expected = finite_differences(*network, batch, loss);
    ASSERT_GT(expected.norm(), kGradientFloor);
    EXPECT_LE(relative_difference<double>(bptt.gradient.values, expected), 1e-8);
    // The comparison can fail: an approximate rule does not pass it.
    const auto eprop = rule_gradient<double>("eprop", *network, batch, loss, kPenalty);
    EXPECT_GT(relative_difference<double>(eprop.gradient.values, expected), 1e-3);
  }
}

TEST_P(ActivationGradient, every_rule_agrees_with_explicit_traces) {
  const LossKind loss = LossKind::mean_squared_error;
  auto network = random_network<double>(ctrnn(GetParam()), kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  const Activation activation = activation_from(GetParam());
  const MatrixXd symmetric = network->parameters().block("W_out").transpose();
  struct Case {
    std::string rule;
    CreditPath path;
    Index horizon;
  };
  std::vector<VectorXd> gradients;
  for (const Case& c : {Case{"bptt", CreditPath::full, 0}, Case{"eprop", CreditPath::none, 0},
                        Case{"tbptt/window=1", CreditPath::full, 1}, Case{"snap1", CreditPath::self, 0},
                        Case{"tbptt/window=3", CreditPath::full, 3}, Case{"tbptt/window=5", CreditPath::full, 5}}) {
    const auto adjoint = rule_gradient<double>(c.rule, *network, batch, loss, kPenalty);
    Matrix<double> error;
    Objective<double>(loss).output_error(batch, network->forward(batch.inputs, kTrials).outputs, error);
    const double rate_weight = 2 * kPenalty / static_cast<double>(kUnits * batch.n_columns());
    const VectorXd expected = explicit_trace_gradient(*network, batch, error, symmetric, rate_weight, c.path, c.horizon, activation, 1 / kTau);
    ASSERT_GT(expected.norm(), kGradientFloor) << c.rule;
    EXPECT_LE(relative_difference<double>(adjoint.gradient.values, expected), 1e-12) << c.rule;
    for (const VectorXd& other : gradients)
      if (c.rule != "tbptt/window=1") {
        EXPECT_GT(relative_difference<double>(adjoint.gradient.values, other), 1e-4) << c.rule;
      }
    gradients.push_back(adjoint.gradient.values);
  }
  // Cut before every step, nothing crosses: e-prop.
  EXPECT_LE(relative_difference<double>(gradients[2], gradients[1]), 1e-13);
}

TEST(CreditRule, eprop_with_random_feedback_agrees_with_explicit_traces) {
  const LossKind loss = LossKind::cross_entropy;
  auto network = random_network<double>(ctrnn("tanh"), kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  Matrix<double> error;
  Objective<double>(loss).output_error(batch, network->forward(batch.inputs, kTrials).outputs, error);
  const MatrixXd feedback = MatrixXd::Random(kUnits, kOutputs);
  ParameterSet<double> gradient(network->parameters().layout);
  RecurrentCredit<double> credit;
  credit.path = CreditPath::none;
  network->backward(batch.inputs, error, feedback, {}, credit, gradient);
  const VectorXd expected =
      explicit_trace_gradient(*network, batch, error, feedback, 0, CreditPath::none, 0, Activation::tanh, 1 / kTau);
  EXPECT_LE(relative_difference<double>(gradient.values, expected), 1e-12);
}

TEST(CreditRule, random_feedback_is_fixed_per_run_and_leaves_the_readout_exact) {
  const LossKind loss = LossKind::mean_squared_error;
  auto network = random_network<double>(ctrnn("tanh"), kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  const auto first = rule_gradient<double>("eprop/feedback=random", *network, batch, loss);
  const auto again = rule_gradient<double>("eprop/feedback=random", *network, batch, loss);
  const auto symmetric = rule_gradient<double>("eprop", *network, batch, loss);
  EXPECT_EQ(first.gradient.values, again.gradient.values);
  EXPECT_EQ(first.gradient.block("W_out"), symmetric.gradient.block("W_out"));
  EXPECT_GT((first.gradient.block("W") - symmetric.gradient.block("W")).norm() / symmetric.gradient.block("W").norm(),
            0.1);
}

TEST(CreditRule, mdgl_adds_one_hop_to_eprop_and_nothing_without_recurrent_weights) {
  const LossKind loss = LossKind::mean_squared_error;
  auto network = random_network<double>(ctrnn("tanh"), kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  const auto gradient = [&](const char* rule) -> VectorXd {
    return rule_gradient<double>(rule, *network, batch, loss, kPenalty).gradient.values;
  };
  EXPECT_GT(relative_difference<double>(gradient("mdgl"), gradient("eprop")), 1e-2);
  EXPECT_GT(relative_difference<double>(gradient("mdgl"), gradient("mdgl/hop=filtered")), 1e-2);
  EXPECT_GT(relative_difference<double>(gradient("mdgl/hop=filtered"), gradient("bptt")), 1e-2);
  network->parameters().block("W").setZero();
  EXPECT_LE(relative_difference<double>(gradient("mdgl"), gradient("eprop")), 1e-14);
  EXPECT_LE(relative_difference<double>(gradient("mdgl/hop=filtered"), gradient("eprop")), 1e-14);
}

TEST(CreditRule, eprop_without_recurrent_weights_is_bptt) {
  const LossKind loss = LossKind::mean_squared_error;
  auto network = random_network<double>(ctrnn("tanh"), kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  EXPECT_GT(relative_difference<double>(rule_gradient<double>("eprop", *network, batch, loss).gradient.values,
                                        rule_gradient<double>("bptt", *network, batch, loss).gradient.values),
            1e-2);
  network->parameters().block("W").setZero();
  EXPECT_LE(relative_difference<double>(rule_gradient<double>("eprop", *network, batch, loss).gradient.values,
                                        rule_gradient<double>("bptt", *network, batch, loss).gradient.values),
            1e-14);
}

TEST(CreditRule, batch_gradient_is_the_sum_over_trials) {
  // Both losses divide by the mask's sum, so single-trial gradients are weighted by their share of it.
  const LossKind loss = LossKind::mean_squared_error;
  auto network = random_network<double>(ctrnn("softplus"), kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  for (const std::string rule : {"bptt", "eprop", "tbptt/window=4"}) {
    const auto whole = rule_gradient<double>(rule, *network, batch, loss);
    VectorXd sum = VectorXd::Zero(whole.gradient.values.size());
    for (Index trial = 0; trial < kTrials; ++trial) {
      TrialBatch<double> one;
      one.n_trials = 1;
      one.n_steps = kSteps;
      const auto columns = Eigen::seqN(trial, kSteps, kTrials);
      one.inputs = batch.inputs(Eigen::all, columns);
      one.targets = batch.targets(Eigen::all, columns);
      one.mask = batch.mask(Eigen::all, columns);
      sum += rule_gradient<double>(rule, *network, one, loss).gradient.values * one.mask.sum() / batch.mask.sum();
    }
    EXPECT_LE(relative_difference<double>(whole.gradient.values, sum), 1e-13) << rule;
  }
}

// The training code and the tested code are one template; this closes the remaining gap.
TEST(CreditRule, float_agrees_with_double) {
  const LossKind loss = LossKind::mean_squared_error;
  for (const std::string cell : {"ctrnn/units=37,tau=4,activation=retanh", "ctrnn/units=100,activation=tanh"}) {
    auto network = random_network<double>(cell, kInputs, kOutputs);
    RecurrentNetwork<float> single(cells<float>().make(cell), kInputs, kOutputs);
    single.parameters() = network->parameters().cast<float>();
    const auto batch = random_batch<double>(loss, kInputs, kOutputs, 40, 21);
    const auto batch_single = random_batch<float>(loss, kInputs, kOutputs, 40, 21);
    for (const std::string rule : {"bptt", "eprop", "tbptt/window=4"}) {
      const auto exact = rule_gradient<double>(rule, *network, batch, loss, kPenalty);
      const auto rounded = rule_gradient<float>(rule, single, batch_single, loss, kPenalty);
      EXPECT_LE(relative_difference<double>(rounded.gradient.values.cast<double>(), exact.gradient.values), 2e-5)
          << cell << " " << rule;
    }
  }
}

}  // namespace
}  // namespace cohort::test
