// Whole passes of training by layered rules, against numbers that an independent program made.
#include <cohort/rules/difference_target_propagation.hpp>
#include <cohort/rules/learning_rules.hpp>

#include <support/golden_layers.hpp>

#include <gtest/gtest.h>

#include <map>

namespace cohort {
namespace {

using nlohmann::json;
using test::GoldenLayers;
using test::matrix;

constexpr Index kUpdates = 20, kBatch = 3;

/// Shows or sets the matrices of a rule's state.
class StateOf final : public StateVisitor {
 public:
  explicit StateOf(std::map<std::string, MatrixXd> wanted = {}) : wanted_(std::move(wanted)) {}
  std::map<std::string, MatrixXd> found;

 private:
  void handle(const std::string& name, const StateValue& value) override {
    auto* const* held = std::get_if<Matrix<double>*>(&value);
    if (held == nullptr) return;
    if (wanted_.contains(name)) **held = wanted_.at(name);
    found[name] = **held;
  }
  std::map<std::string, MatrixXd> wanted_;
};

std::unique_ptr<LayeredNetwork<double>> perceptron(const json& example) {
  const auto widths = example["layers"].get<std::vector<Index>>();
  const std::vector<Index> hidden(widths.begin() + 1, widths.end() - 1);
  auto made = architectures<double>().make(fmt::format("mlp/hidden={},activation={}", fmt::join(hidden, "-"),
                                                       example["activation"]["name"].get<std::string>()),
                                           widths.front(), widths.back());
  std::unique_ptr<LayeredNetwork<double>> network(dynamic_cast<LayeredNetwork<double>*>(made.release()));
  GoldenLayers::set_parameters(*network, example);
  return network;
}

/// One pass over the data in their order; `use` is given the samples of each batch and ∂(cross-entropy)/∂logits.
template <class Use>
void pass(const GoldenLayers& golden, LayeredNetwork<double>& network, const Use& use) {
  const MatrixXd x = matrix(golden.all()["x"]);
  const auto labels = golden.all()["labels"].get<std::vector<int>>();
  for (Index update = 0; update < kUpdates; ++update) {
    const MatrixXd samples = x.middleRows(kBatch * update, kBatch);
    GoldenLayers::forward(network, samples);
    const MatrixXd outputs = network.activity().outputs;
    MatrixXd error = (outputs.rowwise() - outputs.colwise().maxCoeff()).array().exp();
    error.array().rowwise() /= error.array().colwise().sum().eval();
    for (Index i = 0; i < kBatch; ++i) error(labels[static_cast<std::size_t>(kBatch * update + i)], i) -= 1;
    use(samples, MatrixXd(error.transpose()));
  }
}

void expect_near(const MatrixXd& found, const json& expected, const std::string& what) {
  const MatrixXd right = matrix(expected);
  EXPECT_LT((found - right).cwiseAbs().maxCoeff(), 1e-10 * right.cwiseAbs().maxCoeff()) << what;
}

void expect_parameters(const LayeredNetwork<double>& network, const json& expected) {
  for (const auto& [layer, values] : expected["W"].items()) {
    expect_near(network.parameters().block("W_" + layer), values, "W of " + layer);
    expect_near(network.parameters().block("b_" + layer), expected["b"][layer], "b of " + layer);
  }
}

TEST(LayeredTrainingGolden, passes_with_fixed_or_following_feedback_agree) {
  const auto path = GoldenLayers::path("trainer.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  for (const std::string name : {"backprop", "feedback_alignment", "direct_feedback_alignment", "kolen_pollack"}) {
    SCOPED_TRACE(name);
    const json& example = golden.case_named("trainer " + name);
    const auto network = perceptron(example);
    const bool is_step = name == "kolen_pollack";
    const double rate = example["rate"].get<double>();
    const auto rule = learning_rules<double>().make_of(
        "feedforward",
        is_step ? fmt::format("kolen_pollack/rate={},decay={}", rate, example["decay"].get<double>()) : name);
    rule->begin(*network, RandomStream("rule", "", 1));
    std::map<std::string, MatrixXd> feedback;
    if (example.count("B") > 0)
      for (const auto& [layer, values] : example["B"].items()) feedback["B_" + layer] = matrix(values);
    StateOf setter(feedback);
    rule->visit_state(setter);
    pass(golden, *network, [&](const MatrixXd& samples, const MatrixXd& error) {
      network->parameters().values -=
          (is_step ? 1 : rate) * GoldenLayers::gradient(*network, *rule, samples, error).values;
    });
    expect_parameters(*network, example["expected"]);
    if (!is_step) continue;
    StateOf state;
    rule->visit_state(state);
    for (const std::string layer : {"2", "3"})
      expect_near(state.found.at("B_" + layer), example["expected"]["B"][layer], "B");
  }
}

TEST(LayeredTrainingGolden, difference_target_propagation_agrees) {
  const auto path = GoldenLayers::path("trainer.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const json& example = golden.case_named("trainer difference_target_propagation");
  const auto network = perceptron(example);
  DifferenceTargetPropagation<double> rule(learning_rules<double>().catalogue().parse(
      fmt::format("difference_target_propagation/eta0={},sigma=0,inverse_optimizer={{sgd/rate=0}}",
                  example["eta0"].get<double>()),
      "feedforward"));
  rule.begin(*network, RandomStream("rule", "", 1));
  for (const auto& [layer, values] : example["V"].items()) {
    rule.inverses().block("V_" + layer) = matrix(values);
    rule.inverses().block("c_" + layer) = matrix(example["c"][layer]);
  }
  pass(golden, *network, [&](const MatrixXd& samples, const MatrixXd&) {
    ParameterSet<double> gradient(rule.inverses().layout);
    const auto& weights = rule.inverses().block("V_2");
    rule.add_inverse_gradient(*network, {MatrixXd::Zero(weights.rows(), samples.rows())}, kBatch, gradient);
    rule.inverses().values -= example["inverse_rate"].get<double>() * gradient.values;
  });
  pass(golden, *network, [&](const MatrixXd& samples, const MatrixXd& error) {
    network->parameters().values -=
        example["rate"].get<double>() * GoldenLayers::gradient(*network, rule, samples, error).values;
  });
  expect_parameters(*network, example["expected"]);
  expect_near(rule.inverses().block("V_2"), example["expected"]["V"]["2"], "V");
  expect_near(rule.inverses().block("c_2"), example["expected"]["c"]["2"], "c");
}

}  // namespace
}  // namespace cohort
