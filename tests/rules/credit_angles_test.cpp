// What rules whose credit takes another way than the weights record of themselves: angles, against gradients of a
// single sample, which lie to one another as the credits do (all are e_l times the same activity).
#include <cohort/learning/credit_angles.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/rules/learning_rules.hpp>

#include <support/networks.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cohort::test {
namespace {

constexpr Index kInputs = 6, kOutputs = 3;

double degrees(const MatrixXd& a, const MatrixXd& b) {
  return std::acos(std::min(1.0, a.cwiseProduct(b).sum() / (a.norm() * b.norm()))) * 180 / std::numbers::pi;
}

class CreditAnglesOf : public testing::Test {
 protected:
  void make(const std::string& architecture, const std::string& initialization) {
    network_ = architectures<double>().make(architecture, kInputs, kOutputs);
    network_->initialize(*initializations().make(initialization), RandomStream("init", "", 1));
  }

  ParameterSet<double> gradient(LearningRule<double>& rule, std::uint64_t update = 0) {
    const auto& activity = network_->forward(batch_.inputs, batch_.n_trials);
    objective_.output_error(batch_, activity.outputs, error_);
    ParameterSet<double> result(network_->parameters().layout);
    UpdateContext<double> context{*network_, batch_, activity, error_};
    context.objective = objective_;
    context.total_weight = Objective<double>::total_weight(batch_);
    context.update = update;
    rule.add_gradient(context, result);
    return result;
  }

  std::unique_ptr<LearningRule<double>> begun(const std::string& name) {
    auto rule = learning_rules<double>().make_of("feedforward", name);
    rule->check(*network_);
    rule->begin(*network_, RandomStream("rule", "", 1));
    return rule;
  }

  /// The value of the curve whose name ends so.
  static double value(const LearningRule<double>& rule, const std::string& end) {
    const auto curves = rule.curves();
    const auto values = rule.curve_values();
    EXPECT_EQ(curves.size(), values.size());
    for (std::size_t i = 0; i < curves.size(); ++i)
      if (curves[i].name.ends_with(end)) return values[i];
    ADD_FAILURE() << "no curve " << end;
    return 0;
  }

  std::unique_ptr<Network<double>> network_;
  TrialBatch<double> batch_ = random_batch<double>(LossKind::cross_entropy, kInputs, kOutputs, 1, 1);
  Objective<double> objective_{LossKind::cross_entropy};
  MatrixXd error_;
};

TEST_F(CreditAnglesOf, every_rule_with_another_way_are_those_of_its_gradients) {
  make("mlp/hidden=6-5-4", "glorot_uniform");
  const auto exact = gradient(*begun("backprop"));
  for (const char* name :
       {"feedback_alignment", "direct_feedback_alignment", "sign_symmetry", "sign_symmetry/variant=brsf",
        "weight_mirror/start=2", "kolen_pollack", "difference_target_propagation"}) {
    const auto rule = begun(name);
    const auto own = gradient(*rule);
    double sum = 0;
    for (const char* weights : {"W_1", "W_2", "W_3"}) sum += degrees(own.block(weights), exact.block(weights));
    EXPECT_NEAR(value(*rule, "_credit_angle_first"), degrees(own.block("W_1"), exact.block("W_1")), 1e-5) << name;
    EXPECT_NEAR(value(*rule, "_credit_angle_last"), degrees(own.block("W_3"), exact.block("W_3")), 1e-5) << name;
    EXPECT_NEAR(value(*rule, "_credit_angle"), sum / 3, 1e-5) << name;
    EXPECT_GT(sum, 1) << name << " is told from backprop";
    gradient(*rule, 7);
    EXPECT_TRUE(std::isnan(value(*rule, "_credit_angle"))) << "most updates are not looked at";
  }
}

TEST_F(CreditAnglesOf, feedback_with_the_signs_of_the_weights_are_known) {
  make("mlp/hidden=5", "glorot_uniform");
  const auto uniform = begun("sign_symmetry"), random = begun("feedback_alignment");
  gradient(*uniform);
  gradient(*random);
  const MatrixXd weights = network_->parameters().block("W_2");
  EXPECT_NEAR(value(*uniform, "_feedback_angle"), degrees(weights.array().sign().matrix(), weights), 1e-9);
  EXPECT_LT(value(*uniform, "_feedback_angle"), 45);
  EXPECT_GT(value(*random, "_feedback_angle"), 45);
}

TEST_F(CreditAnglesOf, mirrors_turn_towards_the_weights) {
  make("mlp/hidden=5-5,activation=linear", "glorot_uniform");
  batch_ = random_batch<double>(LossKind::cross_entropy, kInputs, kOutputs, 1, 50);
  const auto early = begun("weight_mirror/start=0"), late = begun("weight_mirror/start=3000");
  gradient(*early);
  gradient(*late);
  EXPECT_GT(value(*early, "_feedback_angle"), 60);
  EXPECT_LT(value(*late, "_feedback_angle"), 40);
}

TEST_F(CreditAnglesOf, exact_inverses_vanish_where_weights_are_orthogonal) {
  for (const char* name : {"gait_prop/lambda=0", "target_propagation/lambda=0"}) {
    make("square/hidden_layers=2", "orthogonal");
    const auto rule = begun(name);
    gradient(*rule);
    const bool is_gait = std::string(name).starts_with("gait");
    EXPECT_LT(value(*rule, "_orthogonality"), 1e-20);
    if (is_gait) {
      EXPECT_LT(value(*rule, "_credit_angle_first"), 1e-5);
    }
    make("square/hidden_layers=2", "glorot_uniform");
    gradient(*rule);
    EXPECT_GT(value(*rule, "_credit_angle_first"), 1);
    EXPECT_GT(value(*rule, "_orthogonality"), 0.1);
  }
}

TEST_F(CreditAnglesOf, a_network_without_hidden_layers_has_none) {
  make("mlp/hidden=none", "glorot_uniform");
  const auto rule = begun("feedback_alignment");
  gradient(*rule);
  EXPECT_TRUE(std::isnan(value(*rule, "_credit_angle_first")));
  EXPECT_TRUE(std::isnan(value(*rule, "_feedback_angle")));
}

}  // namespace
}  // namespace cohort::test
