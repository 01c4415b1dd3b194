// Targets through exact inverses, against numbers from exact rational arithmetic.
#include <cohort/rules/gait_prop.hpp>
#include <cohort/rules/incremental_target_propagation.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/rules/target_propagation.hpp>

#include <cohort/core/errors.hpp>

#include <support/golden_layers.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace cohort {
namespace {

using nlohmann::json;
using test::GoldenLayers;
using test::matrix;

InverseTargetOptions options_of(const std::string& key) {
  const bool is_difference = key.ends_with("_difference");
  const std::string name = is_difference ? key.substr(0, key.size() - std::string("_difference").size()) : key;
  const TargetStep step = name == "gait_prop"                        ? TargetStep::gait
                          : name == "incremental_target_propagation" ? TargetStep::incremental
                                                                     : TargetStep::whole;
  return {step, is_difference ? TargetForm::difference : TargetForm::literal, 1e-3, 0};
}

/// h - onehot of the class units, a row per sample.
MatrixXd squared_error(const LayeredNetwork<double>& network, const std::vector<int>& labels) {
  MatrixXd error = network.activity().outputs.transpose();
  for (std::size_t i = 0; i < labels.size(); ++i) error(static_cast<Index>(i), labels[i]) -= 1;
  return error;
}

double relative_error(const MatrixXd& found, const MatrixXd& expected) {
  return (found - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
}

/// The gradient of a rule for a stored case.
ParameterSet<double> gradient_of(LearningRule<double>& rule, LayeredNetwork<double>& network, const json& example) {
  rule.check(network);
  rule.begin(network, RandomStream("rule", "", 1));
  const MatrixXd x = matrix(example["x"]);
  GoldenLayers::forward(network, x);
  const MatrixXd error = squared_error(network, example["labels"].get<std::vector<int>>());
  return GoldenLayers::gradient(network, rule, x, error);
}

void expect_updates(const ParameterSet<double>& gradient, const json& expected) {
  for (const auto& [layer, values] : expected["delta_W"].items()) {
    double tolerance = 1e-12;
    if (expected.count("roundoff_of_delta_W_in_double") > 0)
      tolerance = std::max(tolerance, 100 * expected["roundoff_of_delta_W_in_double"][layer].get<double>());
    EXPECT_LT(relative_error(-gradient.block("W_" + layer), matrix(values)), tolerance) << "W of " << layer;
    EXPECT_LT(relative_error(-gradient.block("b_" + layer), matrix(expected["delta_b"][layer])), tolerance)
        << "b of " << layer;
  }
}

class InverseTargetsGolden : public testing::TestWithParam<const char*> {};

TEST_P(InverseTargetsGolden, updates_targets_and_credits_agree) {
  const auto path = GoldenLayers::path("gait_prop.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  for (const json& example : golden.cases()) {
    SCOPED_TRACE(example["name"].get<std::string>());
    const auto network = GoldenLayers::square_network(example);
    InverseTargetRule<double> rule(options_of(GetParam()));
    const json& expected = example["expected"][GetParam()];
    expect_updates(gradient_of(rule, *network, example), expected);
    GoldenLayers::expect_forward(*network, example["expected"]);
    const double n = static_cast<double>(example["x"].size());
    if (expected.count("credit_of_activities") > 0) {
      for (const auto& [layer, values] : expected["credit_of_activities"].items())
        EXPECT_LT(relative_error(n * rule.activity_credit(std::stol(layer)).transpose(), matrix(values)), 1e-12);
    }
    if (expected.count("targets") > 0) {
      for (const auto& [layer, values] : expected["targets"].items())
        EXPECT_LT(relative_error(rule.target(std::stol(layer)).transpose(), matrix(values)), 1e-12);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(rules, InverseTargetsGolden,
                         testing::Values("gait_prop", "gait_prop_difference", "incremental_target_propagation",
                                         "incremental_target_propagation_difference", "target_propagation"),
                         [](const auto& rule) { return std::string(rule.param); });

TEST(InverseTargets, are_backprop_for_orthogonal_weights_and_only_there) {
  const auto path = GoldenLayers::path("gait_prop.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const auto difference = [&](const std::string& name) {
    const json& example = golden.case_named(name);
    const auto network = GoldenLayers::square_network(example);
    const auto gait = learning_rules<double>().make("gait_prop/lambda=0"),
               exact = learning_rules<double>().make("backprop");
    const auto own = gradient_of(*gait, *network, example), right = gradient_of(*exact, *network, example);
    expect_updates(right, example["expected"]["backprop"]);
    return (own.values - right.values).norm() / right.values.norm();
  };
  EXPECT_LT(difference("square orthogonal"), 1e-13);
  EXPECT_LT(difference("tower orthogonal"), 1e-13);
  EXPECT_GT(difference("square gaussian"), 0.1);
  EXPECT_GT(difference("tower gaussian"), 0.1);
}

TEST(InverseTargets, the_penalty_is_that_of_columns_that_are_not_orthogonal) {
  const auto path = GoldenLayers::path("gait_prop.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  for (const char* name : {"square gaussian", "tower gaussian"}) {
    const json& example = golden.case_named(name);
    const auto network = GoldenLayers::square_network(example);
    const double lambda = 0.25;
    InverseTargetRule<double> without({}), with({.lambda = lambda});
    const auto plain = gradient_of(without, *network, example), penalized = gradient_of(with, *network, example);
    double sum = 0;
    const json& expected = example["expected"]["orthogonality_penalty"];
    for (const auto& [layer, value] : expected["value"].items()) sum += value.get<double>();
    EXPECT_NEAR(with.curve_values()[0], sum, 1e-12 * sum);
    for (const auto& [layer, values] : expected["gradient"].items()) {
      const MatrixXd penalty = (penalized.block("W_" + layer) - plain.block("W_" + layer)) / lambda;
      EXPECT_LT(relative_error(penalty, matrix(values)), 1e-12);
      const MatrixXd w = matrix(example["W"][layer]);
      MatrixXd wrong = w * w.transpose();
      wrong.diagonal().setZero();
      EXPECT_GT(relative_error(4 * wrong * w, matrix(values)), 1e-3) << "W Wᵀ in place of WᵀW is told apart";
    }
  }
}

TEST(InverseTargets, a_pass_of_training_agrees) {
  const auto path = GoldenLayers::path("trainer.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const MatrixXd x = matrix(golden.all()["x"]);
  const auto labels = golden.all()["labels"].get<std::vector<int>>();
  for (const char* name : {"trainer gait_prop lambda 0.0", "trainer gait_prop lambda 0.1"}) {
    const json& example = golden.case_named(name);
    const auto network = GoldenLayers::square_network(example);
    InverseTargetRule<double> rule({.lambda = example["lambda"].get<double>()});
    rule.begin(*network, RandomStream("rule", "", 1));
    for (Index update = 0; update < 20; ++update) {
      const MatrixXd samples = x.middleRows(3 * update, 3);
      const std::vector<int> own(labels.begin() + 3 * update, labels.begin() + 3 * update + 3);
      GoldenLayers::forward(*network, samples);
      const auto gradient = GoldenLayers::gradient(*network, rule, samples, squared_error(*network, own));
      network->parameters().values -= example["rate"].get<double>() * gradient.values;
    }
    for (const std::string layer : {"1", "2", "3"}) {
      EXPECT_LT(relative_error(network->parameters().block("W_" + layer), matrix(example["expected"]["W"][layer])),
                1e-10);
      EXPECT_LT(relative_error(network->parameters().block("b_" + layer), matrix(example["expected"]["b"][layer])),
                1e-10);
    }
  }
}

TEST(InverseTargets, what_has_no_inverse_is_said) {
  const auto refused = [](const std::string& architecture, const std::string& rule = "gait_prop") -> std::string {
    const auto network = architectures<double>().make(architecture, 6, 3);
    try {
      learning_rules<double>().make(rule)->check(*network);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refused("square"), "");
  EXPECT_EQ(refused("tower/hidden=6-4"), "");
  EXPECT_THAT(refused("mlp/hidden=8"), testing::HasSubstr("W_1 is 8 x 6"));
  EXPECT_THAT(refused("square/activation=relu"), testing::HasSubstr("activation"));
  EXPECT_THAT(refused("mlp/hidden=6-6-6,skip=residual"), testing::HasSubstr("layer 2 has a skip"));
  EXPECT_EQ(refused("square/activation=tanh"), "");
  EXPECT_EQ(refused("square/activation=linear", "target_propagation"), "");
  EXPECT_THAT(refused("square/activation=tanh", "target_propagation"), testing::HasSubstr("reaches every target"));
  EXPECT_THAT(refused("tower/activation=softplus", "target_propagation"), testing::HasSubstr("reaches every target"));
  EXPECT_THROW(architectures<double>().make("tower/hidden=4-5", 6, 3), UserError);
  EXPECT_THROW(architectures<double>().make("square", 3, 6), UserError);

  auto made = architectures<double>().make("square/hidden_layers=1", 4, 2);  // zeros: W_2 has no inverse
  auto& network = dynamic_cast<LayeredNetwork<double>&>(*made);
  InverseTargetRule<double> rule({});
  rule.begin(network, RandomStream("rule", "", 1));
  try {
    GoldenLayers::gradient(network, rule, MatrixXd::Ones(2, 4), MatrixXd::Ones(2, 2));
    FAIL() << "a singular matrix was inverted";
  } catch (const RunError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("W_2 has no inverse"));
  }
}

TEST(InverseTargets, orthogonal_weights_are_inverted_by_their_transpose) {
  const MatrixXd orthogonal = Eigen::HouseholderQR<MatrixXd>(MatrixXd::Random(20, 20)).householderQ();
  const MatrixXd values = MatrixXd::Random(20, 7);
  MatrixXd by_transpose, by_factors;
  SquareInverse<double> inverse;
  inverse.take(orthogonal, true, "W");
  inverse.solve(values, by_transpose);
  inverse.take(orthogonal, false, "W");
  inverse.solve(values, by_factors);
  EXPECT_LT((by_transpose - by_factors).norm(), 1e-13);
  EXPECT_LT((orthogonal * by_factors - values).norm(), 1e-13);
}

}  // namespace
}  // namespace cohort
