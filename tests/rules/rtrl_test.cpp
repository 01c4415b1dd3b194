#include <support/recurrent.hpp>

#include <cohort/rules/rtrl.hpp>

#include <support/forward_rules.hpp>

namespace cohort::test {
namespace {

constexpr double kPenalty = 0.3;
constexpr Index kInputs = 3, kOutputs = 2, kSteps = 17, kTrials = 3;

VectorXd gradient(const std::string& rule, RecurrentNetwork<double>& network, const TrialBatch<double>& batch,
                  LossKind loss) {
  return rule_gradient<double>(rule, network, batch, loss, kPenalty).gradient.values;
}

class RtrlOnCell : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, RtrlOnCell, testing::ValuesIn(small_cells()), test_name);
INSTANTIATE_TEST_SUITE_P(Constrained, RtrlOnCell,
                         testing::Values("ctrnn/units=7,dale=true", "ctrnn/units=7,sparsity=0.4,self_connections=false",
                                         "ctrnn/units=7,rank=2", "rate/units=7,input_fraction=0.5,readout_fraction=0.6",
                                         "ctrnn/units=7,tau=[2,3,4,5,6,7,8]", "rate/units=7,tau_out=4",
                                         "ctrnn/units=7,tau_out=4"),
                         test_name);

TEST_P(RtrlOnCell, is_bptt_at_the_end_of_a_trial) {
  for (const LossKind loss : {LossKind::mean_squared_error, LossKind::cross_entropy}) {
    const auto network = random_network<double>(GetParam(), kInputs, kOutputs);
    const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
    const VectorXd exact = gradient("bptt", *network, batch, loss);
    ASSERT_GT(exact.norm(), kGradientFloor);
    EXPECT_LE(relative_difference<double>(gradient("rtrl", *network, batch, loss), exact), 1e-12);
    EXPECT_GT(relative_difference<double>(gradient("eprop", *network, batch, loss), exact), 1e-4);
  }
}

TEST_P(RtrlOnCell, with_frozen_weights_its_parts_sum_to_the_whole) {
  const LossKind loss = LossKind::mean_squared_error;
  const auto network = random_network<double>(GetParam(), kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd whole = gradient("rtrl", *network, batch, loss);
  ASSERT_GT(whole.norm(), kGradientFloor);
  for (const Index every : {1, 5}) {
    const std::string online = "rtrl/every=" + std::to_string(every);
    EXPECT_LE(relative_difference<double>(
                  gradient_in_parts<double>(online, *network, batch, loss, kPenalty, every).values, whole),
              1e-12);
    // Backpropagation in parts forgets what came before each.
    EXPECT_GT(relative_difference<double>(
                  gradient_in_parts<double>("bptt", *network, batch, loss, kPenalty, every).values, whole),
              1e-4);
  }
}

TEST(Rtrl, batch_gradient_is_the_sum_over_trials) {
  const LossKind loss = LossKind::mean_squared_error;
  const auto network = random_network<double>("ctrnn/units=7", kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  const double weight = Objective<double>::total_weight(batch);
  const auto parameters = learning_rules<double>().catalogue().parse("rtrl");
  Rtrl<double> rule(parameters);
  rule.begin(*network, RandomStream("test", "", 1));
  VectorXd sum = VectorXd::Zero(network->parameters().values.size());
  for (Index trial = 0; trial < kTrials; ++trial)
    sum += gradient_of<double>(rule, *network, single_trial(batch, trial), loss, weight).values;
  const VectorXd whole = gradient_of<double>(rule, *network, batch, loss, weight).values;
  EXPECT_LE(relative_difference<double>(whole, sum), 1e-13);
}

TEST(Rtrl, takes_any_feedback_as_the_credit_family_does) {
  const LossKind loss = LossKind::mean_squared_error;
  const auto network = random_network<double>("ctrnn/units=7", kInputs, kOutputs);
  const auto batch = random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials);
  const auto of = [&](const std::string& name) {
    auto rule = learning_rules<double>().make(name);
    rule->begin(*network, RandomStream("test-rule", "shared", 7));
    return gradient_of<double>(*rule, *network, batch, loss, Objective<double>::total_weight(batch));
  };
  for (const std::string feedback : {"random", "aligned", "sign"}) {
    const auto chosen = of("rtrl/feedback=" + feedback);
    EXPECT_LE(relative_difference<double>(chosen.values, of("feedback_alignment/feedback=" + feedback).values), 1e-12)
        << feedback;
    EXPECT_EQ(chosen.block("W_out"), of("rtrl").block("W_out"));
    EXPECT_GT(relative_difference<double>(chosen.values, of("rtrl").values), 1e-2) << feedback;
  }
  EXPECT_TRUE(learning_rules<double>().make("rtrl")->traits().is_exact);
  EXPECT_FALSE(learning_rules<double>().make("rtrl/feedback=random")->traits().is_exact);
}

TEST(Rtrl, float_agrees_with_double) {
  const LossKind loss = LossKind::mean_squared_error;
  const std::string cell = "ctrnn/units=19,activation=tanh";
  const auto network = random_network<double>(cell, kInputs, kOutputs);
  RecurrentNetwork<float> single = std::move(*test::recurrent<float>(cell, kInputs, kOutputs));
  single.parameters() = network->parameters().cast<float>();
  const auto exact =
      rule_gradient<double>("rtrl", *network, random_batch<double>(loss, kInputs, kOutputs, kSteps, 4), loss);
  const auto rounded =
      rule_gradient<float>("rtrl", single, random_batch<float>(loss, kInputs, kOutputs, kSteps, 4), loss);
  EXPECT_LE(relative_difference<double>(rounded.gradient.values.cast<double>(), exact.gradient.values), 2e-5);
}

}  // namespace
}  // namespace cohort::test
