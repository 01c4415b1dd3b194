// Rules of networks of layers that follow what random disturbances do to the loss, and the control that learns nothing
// within.
#include <cohort/learning/layered_rule.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/rules/learning_rules.hpp>

#include <support/networks.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr Index kInputs = 4, kOutputs = 3;

class LayeredPerturbation : public testing::TestWithParam<const char*> {
 protected:
  LayeredPerturbation() : network_(architectures<double>().make(GetParam(), kInputs, kOutputs)) {
    network_->initialize(*initializations().make("glorot_uniform"), RandomStream("init", "", 1));
  }

  /// The gradient that a rule finds on a batch of random trials.
  ParameterSet<double> gradient(const std::string& rule_name, std::uint64_t update = 0) {
    const auto rule = learning_rules<double>().make_of("feedforward", rule_name);
    rule->check(*network_);
    rule->begin(*network_, RandomStream("rule", "", 1));
    const auto& activity = network_->forward(batch_.inputs, batch_.n_trials);
    objective_.output_error(batch_, activity.outputs, error_);
    ParameterSet<double> result(network_->parameters().layout);
    UpdateContext<double> context{*network_, batch_, activity, error_};
    context.objective = objective_;
    context.total_weight = Objective<double>::total_weight(batch_);
    context.update = update;
    context.direct = direct_;
    rule->add_gradient(context, result);
    return result;
  }

  double cosine(const std::string& rule, const std::string& other) {
    const VectorXd a = gradient(rule).values, b = gradient(other).values;
    return a.dot(b) / (a.norm() * b.norm());
  }

  std::unique_ptr<Network<double>> network_;
  TrialBatch<double> batch_ = random_batch<double>(LossKind::cross_entropy, kInputs, kOutputs, 3, 5);
  Objective<double> objective_{LossKind::cross_entropy};
  MatrixXd error_;
  DirectCredit<double> direct_;
};

INSTANTIATE_TEST_SUITE_P(Architectures, LayeredPerturbation,
                         testing::Values("mlp/hidden=6-5", "mlp/hidden=5-5-5,skip=residual",
                                         "mlp/hidden=6-5-4,skip=dense,activation=softplus,beta=4",
                                         "square/hidden_layers=2", "tower/hidden=4-3"));

TEST_P(LayeredPerturbation, the_mean_over_the_noise_is_the_gradient) {
  for (const char* rule : {"node_perturbation/samples=2000,sigma=1e-4,antithetic=true",
                           "weight_perturbation/samples=2000,sigma=1e-4,antithetic=true"})
    EXPECT_GT(cosine(rule, "backprop"), 0.93) << rule;
  EXPECT_LT(cosine("weight_perturbation", "backprop"), 0.9) << "one draw is told from the mean";
}

// The penalty is strong, so that its credit through the layers below its own counts.
TEST_P(LayeredPerturbation, what_regularizers_ask_of_activities_is_followed_through_the_layers) {
  const VectorXd without = gradient("backprop").values;
  direct_.rate_weight = 0.2;
  direct_.offset = VectorXd::LinSpaced(network_->n_units(), -0.3, 0.4);
  direct_.trial_offset = MatrixXd::Constant(network_->n_units(), batch_.n_trials, 0.1);
  const VectorXd with = gradient("backprop").values;
  EXPECT_LT(with.dot(without) / (with.norm() * without.norm()), 0.9);
  for (const char* rule : {"node_perturbation/samples=2000,sigma=1e-4,antithetic=true",
                           "weight_perturbation/samples=2000,sigma=1e-4,antithetic=true"})
    EXPECT_GT(cosine(rule, "backprop"), 0.93) << rule;
  const auto exact = gradient("backprop"), frozen = gradient("frozen");
  for (const ParameterBlock& block : exact.layout.blocks())
    if (block.role == ParameterRole::readout || block.role == ParameterRole::readout_bias) {
      EXPECT_LT((frozen.block(block.name) - exact.block(block.name)).norm(), 1e-13) << block.name;
    }
}

TEST_P(LayeredPerturbation, updates_have_draws_of_their_own_and_leave_the_parameters) {
  const VectorXd before = network_->parameters().values;
  for (const char* rule : {"node_perturbation", "weight_perturbation"}) {
    EXPECT_EQ(gradient(rule, 3).values, gradient(rule, 3).values);
    EXPECT_NE(gradient(rule, 3).values, gradient(rule, 4).values);
  }
  EXPECT_EQ(network_->parameters().values, before);
}

TEST_P(LayeredPerturbation, the_output_layer_is_exact_where_it_should_be) {
  const auto exact = gradient("backprop"), frozen = gradient("frozen"), node = gradient("node_perturbation");
  for (const ParameterBlock& block : exact.layout.blocks()) {
    const bool is_output = block.role == ParameterRole::readout || block.role == ParameterRole::readout_bias;
    const double difference = (frozen.block(block.name) - exact.block(block.name)).norm();
    if (is_output) {
      EXPECT_LT(difference, 1e-14) << block.name;
      EXPECT_LT((node.block(block.name) - exact.block(block.name)).norm(), 1e-14) << block.name;
    } else {
      EXPECT_EQ(frozen.block(block.name).norm(), 0) << block.name;
    }
  }
}

}  // namespace
}  // namespace cohort::test
