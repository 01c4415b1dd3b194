// Rules that credit through depth, against numbers that independent programs made.
#include <cohort/learning/learning_rule.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/layered_network.hpp>
#include <cohort/rules/difference_target_propagation.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/rules/weight_mirror.hpp>

#include <support/golden_layers.hpp>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace cohort {
namespace {

using nlohmann::json;
using test::GoldenLayers;
using test::matrix;

/// Puts the stored feedback in place of what a rule has drawn.
class FeedbackSetter final : public StateVisitor {
 public:
  explicit FeedbackSetter(std::map<std::string, MatrixXd> feedback) : feedback_(std::move(feedback)) {}
  int n_set = 0;

 private:
  void handle(const std::string& name, const StateValue& value) override {
    auto* const* held = std::get_if<Matrix<double>*>(&value);
    if (held == nullptr || feedback_.count(name) == 0) return;
    ASSERT_EQ((*held)->rows(), feedback_.at(name).rows());
    ASSERT_EQ((*held)->cols(), feedback_.at(name).cols());
    **held = feedback_.at(name);
    ++n_set;
  }
  std::map<std::string, MatrixXd> feedback_;
};

/// What a rule has in place of the weights.
class FeedbackReader final : public StateVisitor {
 public:
  std::map<std::string, MatrixXd> feedback;

 private:
  void handle(const std::string& name, const StateValue& value) override {
    if (auto* const* held = std::get_if<Matrix<double>*>(&value)) feedback[name] = **held;
  }
};

/// The stored B of every layer under the names that rules give them: a dense skip has a matrix of its own.
std::map<std::string, MatrixXd> feedback_of(const LayeredNetwork<double>& network, const json& stored) {
  std::map<std::string, MatrixXd> result;
  for (std::size_t l = 1; l <= network.layers().size(); ++l) {
    const auto& sources = network.layers()[l - 1].sources;
    const MatrixXd whole = matrix(stored[std::to_string(l)]);
    result["B_" + std::to_string(l)] = whole.leftCols(sources[0].n_read);
    if (sources.size() > 1 && !sources[1].weights.empty())
      result["B_" + std::to_string(l) + ".1"] = whole.rightCols(sources[1].n_read);
  }
  return result;
}

/// What a case comes back through, where that is stored.
std::map<std::string, MatrixXd> golden_feedback(const LayeredNetwork<double>& network, const json& example,
                                                const json& stored) {
  if (example.count("c") > 0 || stored.count("B") == 0) return {};
  if (example["rule"] != "direct_feedback_alignment") return feedback_of(network, stored["B"]);
  std::map<std::string, MatrixXd> direct;
  for (const auto& [layer, values] : stored["B_direct"].items()) direct["B_" + layer] = matrix(values);
  return direct;
}

std::unique_ptr<LearningRule<double>> rule_of(const std::string& name, const LayeredNetwork<double>& network) {
  auto rule = learning_rules<double>().make_of("feedforward", name);
  rule->begin(network, RandomStream("rule", "", 1));
  return rule;
}

std::string variant_of(const json& golden) {
  std::string name = golden["rule"];
  if (name == "sign_symmetry") name += golden.count("c") > 0 ? "/variant=usf" : "/variant=frsf";
  return name;
}

class LayeredGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(LayeredGoldenTest, gradients_agree) {
  const auto path = GoldenLayers::path(GetParam());
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  int n_compared = 0;
  for (const json& example : golden.cases()) {
    if (example.count("expected") == 0 || example["expected"].count("dW") == 0) continue;
    SCOPED_TRACE(example["name"].get<std::string>());
    const auto network = golden.network(example);
    const auto rule = rule_of(variant_of(example), *network);
    const json& stored = golden.stored_network(example);
    FeedbackSetter setter(golden_feedback(*network, example, stored));
    rule->visit_state(setter);
    const json& expected = example["expected"];
    const auto gradient =
        golden.gradient(*network, *rule, matrix(stored["x"]), matrix(expected["e"][golden.last(*network)]));
    golden.expect_forward(*network, expected);
    golden.expect_gradient(*network, gradient, expected, 1e-12);
    EXPECT_EQ(setter.n_set > 0, example["rule"] != "backprop" && example.count("c") == 0);
    ++n_compared;
  }
  EXPECT_GE(n_compared, 16);
}

INSTANTIATE_TEST_SUITE_P(files, LayeredGoldenTest, testing::Values("backprop.json", "feedback.json"),
                         [](const auto& file) {
                           const std::string name = file.param;
                           return name.substr(0, name.find('.'));
                         });

TEST(LayeredGolden, feedback_in_place_of_the_weights_is_told_from_them) {
  const auto path = GoldenLayers::path("feedback.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const json& example = golden.cases()[0];
  const auto network = golden.network(example);
  const auto gradient =
      golden.gradient(*network, *rule_of("backprop", *network), matrix(golden.stored_network(example)["x"]),
                      matrix(example["expected"]["e"]["3"]));
  EXPECT_GT((gradient.block("W_1") - matrix(example["expected"]["dW"]["1"])).norm(), 0.1);
}

TEST(LayeredGolden, a_weight_mirror_learns_what_it_should_from_noise) {
  const auto path = GoldenLayers::path("feedback.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const json& example = golden.case_named("weight_mirror");
  const auto network = golden.network(example);
  WeightMirror<double> rule(learning_rules<double>().catalogue().parse("weight_mirror", "feedforward"));
  rule.begin(*network, RandomStream("rule", "", 1));
  FeedbackSetter setter(feedback_of(*network, golden.stored_network(example)["B"]));
  rule.visit_state(setter);
  for (Index layer = 2; layer <= 3; ++layer) {
    const std::string name = std::to_string(layer);
    rule.mirror(*network, layer, {matrix(example["noise"][name]).transpose()});
    // Their output layer has an activation function, ours has none: the layers below it are alike.
    if (layer == 3) continue;
    EXPECT_LT((rule.feedback()[static_cast<std::size_t>(layer - 1)][0] - matrix(example["expected"]["B"][name])).norm(),
              1e-13);
  }
}

TEST(LayeredGolden, kolen_pollack_steps_agree) {
  const auto path = GoldenLayers::path("feedback.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const json& example = golden.case_named("kolen_pollack");
  const auto network = golden.network(example);
  const auto rule = rule_of("kolen_pollack/rate=0.3,decay=0.9", *network);
  FeedbackSetter setter(feedback_of(*network, golden.stored_network(example)["B"]));
  rule->visit_state(setter);
  for (std::size_t step = 0; step < 3; ++step) {
    const MatrixXd x = matrix(example["x_of_each_step"][step]), targets = matrix(example["targets_of_each_step"][step]);
    golden.forward(*network, x);
    const MatrixXd probability = (1 + (-network->activity().outputs.array()).exp()).inverse();
    const auto gradient = golden.gradient(*network, *rule, x, probability.transpose() - targets);
    network->parameters().values -= gradient.values;
    const json& expected = example["expected"]["after_each_step"][step];
    for (const std::string layer : {"1", "2", "3"}) {
      EXPECT_LT((network->parameters().block("W_" + layer) - matrix(expected["W"][layer])).norm(), 1e-13);
      EXPECT_LT((network->parameters().block("b_" + layer) - matrix(expected["b"][layer])).norm(), 1e-13);
    }
    FeedbackReader reader;
    rule->visit_state(reader);
    for (const std::string layer : {"2", "3"})
      EXPECT_LT((reader.feedback.at("B_" + layer) - matrix(expected["B"][layer])).norm(), 1e-13);
  }
}

TEST(LayeredGolden, difference_target_propagation_agrees) {
  const auto path = GoldenLayers::path("difference_target_propagation.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  for (const json& example : golden.cases()) {
    SCOPED_TRACE(example["name"].get<std::string>());
    const auto network = golden.network(example);
    const bool is_learned = example.count("noise") > 0;
    const MatrixXd x = matrix(golden.stored_network(example)["x"]);
    DifferenceTargetPropagation<double> rule(learning_rules<double>().catalogue().parse(
        fmt::format("difference_target_propagation/eta0={},start={},inverses={}", example["eta0"].get<double>(),
                    example["starts_at"].get<std::string>(), is_learned ? "learned" : "fixed_random"),
        "feedforward"));
    rule.begin(*network, RandomStream("rule", "", 1));
    std::vector<MatrixXd> noise;
    for (const auto& [layer, values] : example["V"].items()) {
      rule.inverses().block("V_" + layer) = matrix(values);
      rule.inverses().block("c_" + layer) = matrix(example["c"][layer]);
      if (is_learned) noise.push_back(matrix(example["noise"][layer]).transpose());
    }
    GoldenLayers::forward(*network, x);
    const json& expected = example["expected"];
    ParameterSet<double> of_inverses(rule.inverses().layout);
    if (is_learned) {
      rule.add_inverse_gradient(*network, noise, static_cast<double>(x.rows()), of_inverses);
      for (const auto& [layer, values] : expected["dV"].items()) {
        EXPECT_LT((of_inverses.block("V_" + layer) - matrix(values)).norm(), 1e-13);
        EXPECT_LT((of_inverses.block("c_" + layer) - matrix(expected["dc"][layer])).norm(), 1e-13);
      }
      double sum = 0;
      for (const auto& [layer, loss] : expected["inverse_losses"].items()) sum += loss.get<double>();
      EXPECT_NEAR(rule.curve_values()[0], sum, 1e-13);
    }
    const MatrixXd logits = network->activity().outputs;
    const MatrixXd exponentials = (logits.rowwise() - logits.colwise().maxCoeff()).array().exp();
    const MatrixXd probabilities = exponentials.array().rowwise() / exponentials.colwise().sum().array();
    const auto gradient = golden.gradient(*network, rule, x, probabilities.transpose() - matrix(example["targets"]));
    golden.expect_gradient(*network, gradient, expected, 1e-12);
    for (const auto& [layer, values] : expected["targets"].items())
      EXPECT_LT(
          (network->activity_of(std::stol(layer)) + rule.step_of(std::stol(layer)) - matrix(values).transpose()).norm(),
          1e-13);
  }
}

}  // namespace
}  // namespace cohort
