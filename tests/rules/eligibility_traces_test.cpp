#include <cohort/learning/eligibility_traces.hpp>
#include <cohort/tasks/trial_steps.hpp>

#include <support/cell_variants.hpp>
#include <support/networks.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace cohort::test {
namespace {

constexpr Index kInputs = 3, kOutputs = 2, kSteps = 23, kTrials = 4;
constexpr double kPenalty = 0.3, kGradientFloor = 1e-3;

/// The gradient of `rule` summed over parts of `n_steps_per_part` steps, with constant weights.
VectorXd summed_over_parts(const std::string& rule_name, RecurrentNetwork<double>& network,
                           const TrialBatch<double>& batch, Index n_steps_per_part) {
  const auto rule = learning_rules<double>().make(rule_name);
  rule->begin(network, RandomStream("test-rule", "", 7));
  const Objective<double> objective(LossKind::mean_squared_error);
  const double weight = Objective<double>::total_weight(batch);
  const double rate_weight = 2 * kPenalty / static_cast<double>(network.n_units() * batch.n_columns());
  const VectorXd offset = VectorXd::LinSpaced(network.n_units(), -0.01, 0.02);
  ParameterSet<double> sum(network.parameters().layout), part_gradient = sum;
  TrialBatch<double> part;
  Matrix<double> error;
  for (Index first = 0; first < batch.n_steps; first += n_steps_per_part) {
    copy_steps(batch, first, std::min(n_steps_per_part, batch.n_steps - first), part);
    ForwardOptions<double> pass;
    pass.carry_on = first > 0;
    const auto& activity = network.forward(part.inputs, part.n_trials, pass);
    objective.output_error(part, activity.outputs, weight, error);
    part_gradient.values.setZero();
    rule->add_gradient({network, part, activity, error, {rate_weight, offset}, objective, weight, first},
                       part_gradient);
    sum.values += part_gradient.values;
  }
  return sum.values;
}

std::vector<std::string> every_cell() {
  std::vector<std::string> result;
  for (const std::string& name : test::cell_names()) {
    result.push_back(name + "/units=7");
    result.push_back(name + "/units=7,tau_out=4");
  }
  result.push_back("ctrnn/units=7,tau=[3, 5, 9],sparsity=0.5");
  result.push_back("ctrnn/units=7,dale=true");
  result.push_back("ctrnn/units=7,rank=2,input_fraction=0.6,readout_fraction=0.6");
  result.push_back("rate/units=7,tau=[3, 5, 9]");
  return result;
}

class EligibilityTracesOnCell : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, EligibilityTracesOnCell, testing::ValuesIn(every_cell()));

TEST_P(EligibilityTracesOnCell, parts_of_a_trial_add_up_to_the_backward_pass_over_all_of_it) {
  const auto network = random_network<double>(GetParam(), kInputs, kOutputs);
  const auto batch = random_batch<double>(LossKind::mean_squared_error, kInputs, kOutputs, kSteps, kTrials);
  for (const std::string rule : {"eprop", "snap1", "eprop/feedback=random", "snap1/feedback=random"}) {
    const VectorXd whole = summed_over_parts(rule, *network, batch, kSteps);
    // A silent network would pass.
    ASSERT_GT((whole - summed_over_parts("frozen_recurrent", *network, batch, kSteps)).norm(), kGradientFloor) << rule;
    const std::string online = rule + (rule.find('/') == std::string::npos ? "/every=" : ",every=");
    for (const Index every : {1, 5, 40}) {
      const VectorXd parts = summed_over_parts(online + std::to_string(every), *network, batch, every);
      EXPECT_LE(relative_difference<double>(parts, whole), 1e-12) << rule << " every " << every;
    }
  }
  // What carries no traces loses what flows from one part to the next.
  EXPECT_GT(relative_difference<double>(summed_over_parts("eprop", *network, batch, 5),
                                        summed_over_parts("eprop", *network, batch, kSteps)),
            1e-6);
}

TEST(EligibilityTraces, rules_that_carry_none_cut_credit_at_each_update) {
  const auto network = random_network<double>("ctrnn/units=7,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(LossKind::mean_squared_error, kInputs, kOutputs, kSteps, kTrials);
  EXPECT_EQ(summed_over_parts("credit/every=5", *network, batch, 5), summed_over_parts("bptt", *network, batch, 5));
  EXPECT_GT(relative_difference<double>(summed_over_parts("credit/every=5", *network, batch, 5),
                                        summed_over_parts("bptt", *network, batch, kSteps)),
            1e-2);
}

TEST(EligibilityTraces, new_trials_forget_the_old) {
  const auto network = random_network<double>("rate/units=7", kInputs, kOutputs);
  const auto batch = random_batch<double>(LossKind::mean_squared_error, kInputs, kOutputs, kSteps, kTrials);
  const auto rule = learning_rules<double>().make("eprop/every=50");
  rule->begin(*network, RandomStream("test-rule", "", 7));
  Matrix<double> error;
  std::vector<VectorXd> gradients;
  for (int turn = 0; turn < 2; ++turn) {
    const auto& activity = network->forward(batch.inputs, kTrials);
    Objective<double>(LossKind::mean_squared_error).output_error(batch, activity.outputs, error);
    ParameterSet<double> gradient(network->parameters().layout);
    rule->add_gradient({*network, batch, activity, error}, gradient);
    gradients.push_back(gradient.values);
  }
  EXPECT_EQ(gradients[0], gradients[1]);
}

}  // namespace
}  // namespace cohort::test
