#include <cohort/rules/kernl.hpp>

#include <support/errors.hpp>
#include <support/forward_rules.hpp>

namespace cohort::test {
namespace {

constexpr LossKind kLoss = LossKind::mean_squared_error;
constexpr double kPenalty = 0.3;
constexpr Index kInputs = 3, kOutputs = 2, kSteps = 17, kTrials = 3;

TrialBatch<double> trials(Index n_steps = kSteps, Index n_trials = kTrials, std::uint64_t seed = 1) {
  return random_batch<double>(kLoss, kInputs, kOutputs, n_steps, n_trials, seed);
}

VectorXd gradient(const std::string& rule, RecurrentNetwork<double>& network, const TrialBatch<double>& batch) {
  return rule_gradient<double>(rule, network, batch, kLoss, kPenalty).gradient.values;
}

/// A rule that has seen `n_updates` batches while the network stayed as it is.
Kernl<double> trained(const std::string& variant, RecurrentNetwork<double>& network, std::uint64_t n_updates) {
  Kernl<double> rule(learning_rules<double>().catalogue().parse(variant));
  rule.begin(network, RandomStream("test", "", 1));
  for (std::uint64_t update = 0; update < n_updates; ++update)
    gradient_of<double>(rule, network, trials(30, 8, update), kLoss, 1, 0, 0, update);
  return rule;
}

// Murray's RFLO: the identity as sensitivity, the leak as kernel.
TEST(Kernl, frozen_at_the_leak_of_the_units_is_rflo) {
  for (const std::string cell : {"rate/units=7,tau=4", "rate/units=7,tau=4,tau_out=3"}) {
    const auto network = random_network<double>(cell, kInputs, kOutputs);
    const auto batch = trials();
    const VectorXd rflo = gradient("eprop", *network, batch);
    ASSERT_GT(rflo.norm(), kGradientFloor);
    EXPECT_LE(relative_difference<double>(gradient("kernl/gamma=0.25,rate=0", *network, batch), rflo), 1e-12) << cell;
    EXPECT_GT(relative_difference<double>(gradient("kernl/gamma=0.3,rate=0", *network, batch), rflo), 1e-3) << cell;
    EXPECT_GT(relative_difference<double>(gradient("bptt", *network, batch), rflo), 1e-3) << cell;
  }
}

TEST(Kernl, frozen_at_the_leak_of_the_units_is_rflo_with_random_feedback_and_online_too) {
  const auto network = random_network<double>("rate/units=7,tau=4", kInputs, kOutputs);
  const auto batch = trials();
  const auto of = [&](const std::string& name, Index every) -> VectorXd {
    auto rule = learning_rules<double>().make(name);
    rule->begin(*network, RandomStream("test-rule", "shared", 7));
    return gradient_of<double>(*rule, *network, batch, kLoss, 1, kPenalty, every).values;
  };
  const std::string kernl = "kernl/gamma=0.25,rate=0,feedback=random,distribution=normal";
  EXPECT_LE(relative_difference<double>(of(kernl, 0), of("rflo", 0)), 1e-12);
  EXPECT_LE(relative_difference<double>(of(kernl + ",every=4", 4), of("rflo/every=4", 4)), 1e-12);
  EXPECT_GT(relative_difference<double>(of("kernl/gamma=0.25,rate=0", 0), of("rflo", 0)), 0.1);
}

TEST(Kernl, refuses_spikes) {
  const auto refused = [](const char* cell) {
    learning_rules<double>().make("kernl")->check(*random_network<double>(cell, kInputs, kOutputs));
  };
  EXPECT_NO_THROW(refused("gru/units=3"));
  EXPECT_THROW(refused("lif/units=3"), UserError);
}

// Linear units, each connected to itself alone: ∂h_i(t)/∂h_i(t') = (1 - α + α w)^(t-t') exactly, and nothing else.
TEST(Kernl, finds_the_kernel_where_there_is_one) {
  const auto network = random_network<double>("rate/units=4,tau=4,activation=linear", kInputs, kOutputs);
  auto weights = network->parameters().block("W");
  weights.setZero();
  weights.diagonal() << 0.4, -0.6, 0.1, -1;
  const Kernl<double> rule = trained("kernl/gamma=0.6,rate=0.3", *network, 300);
  const VectorXd gamma = 0.25 * (1 - weights.diagonal().array());
  EXPECT_LE((rule.kernel().gamma - gamma).norm(), 1e-6);
  EXPECT_LE((rule.kernel().beta - MatrixXd::Identity(4, 4)).norm(), 1e-6);
  EXPECT_GT((trained("kernl/gamma=0.6,rate=0.3", *network, 0).kernel().gamma - gamma).norm(), 0.1);
}

TEST(Kernl, learns_to_predict_perturbations_and_comes_closer_to_bptt) {
  const auto network = random_network<double>("rate/units=12,tau=4", kInputs, kOutputs);
  auto batch = trials(30, 8, 1000);
  batch.mask.leftCols(29 * 8).setZero();  // errors at the end only: credit has a way to go
  const VectorXd exact = gradient("bptt", *network, batch);
  const auto missing_after = [&](std::uint64_t n_updates) {
    Kernl<double> rule = trained("kernl/gamma=0.25,rate=0.2", *network, n_updates);
    const double weight = Objective<double>::total_weight(batch);
    return 1 - cosine(gradient_of<double>(rule, *network, batch, kLoss, weight, kPenalty).values, exact);
  };
  EXPECT_LT(trained("kernl/gamma=0.25,rate=0.2", *network, 100).prediction_error(),
            0.85 * trained("kernl/gamma=0.25,rate=0.2", *network, 1).prediction_error());
  EXPECT_LT(missing_after(100), 0.75 * missing_after(0));
}

TEST(Kernl, leaves_the_forward_pass_and_its_online_parts_as_they_are) {
  const auto network = random_network<double>("ctrnn/units=7,tau_out=3", kInputs, kOutputs);
  const auto batch = trials();
  const auto frozen = [&](const std::string& variant, Index every) -> VectorXd {
    return gradient_in_parts<double>(variant, *network, batch, kLoss, kPenalty, every).values;
  };
  EXPECT_LE(relative_difference<double>(frozen("kernl/rate=0,every=4", 4), frozen("kernl/rate=0", 0)), 1e-12);
  network->forward(batch.inputs, kTrials);
  const MatrixXd before = network->trajectory().rates.matrix();
  Kernl<double> rule(learning_rules<double>().catalogue().parse("kernl"));
  rule.begin(*network, RandomStream("test", "", 1));
  gradient_of<double>(rule, *network, batch, kLoss, 1);
  EXPECT_EQ(network->trajectory().rates.matrix(), before);
  EXPECT_GT(rule.prediction_error(), 0);
}

TEST(Kernl, the_noise_belongs_to_the_update) {
  const auto network = random_network<double>("ctrnn/units=7", kInputs, kOutputs);
  EXPECT_EQ(trained("kernl", *network, 3).kernel().beta, trained("kernl", *network, 3).kernel().beta);
  EXPECT_NE(trained("kernl", *network, 3).kernel().beta, trained("kernl", *network, 2).kernel().beta);
}

}  // namespace
}  // namespace cohort::test
