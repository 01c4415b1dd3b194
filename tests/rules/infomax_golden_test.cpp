// Infomax of a stochastic binary layer, against numbers from enumeration by an independent program.
#include <cohort/network/initializations.hpp>
#include <cohort/rules/infomax.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/tasks/code_information.hpp>
#include <cohort/tasks/tasks.hpp>

#include <cohort/core/errors.hpp>

#include <support/golden_layers.hpp>
#include <support/sanitizers.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace cohort {
namespace {

using nlohmann::json;
using test::GoldenLayers;
using test::matrix;

double relative_error(const MatrixXd& found, const MatrixXd& expected) {
  return (found - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
}

/// A binary layer with given weights, the patterns it sees, and how often.
struct Layer1 {
  Layer1(const MatrixXd& weights, const MatrixXd& bias, const MatrixXd& patterns, const VectorXd& probabilities) {
    auto made = architectures<double>().make("stochastic_binary", weights.cols(), weights.rows());
    network.reset(dynamic_cast<LayeredNetwork<double>*>(made.release()));
    network->parameters().block("W_1") = weights;
    network->parameters().block("b_1") = bias;
    batch.n_trials = 1;
    batch.n_steps = patterns.rows();
    batch.inputs.setOnes(patterns.cols() + 1, patterns.rows());
    batch.inputs.topRows(patterns.cols()) = patterns.transpose();
    batch.mask = probabilities.transpose().replicate(weights.rows(), 1);
  }

  ParameterSet<double> gradient(LearningRule<double>& rule) {
    network->forward(batch.inputs, 1);
    const MatrixXd error = MatrixXd::Zero(network->n_outputs(), batch.n_steps);
    ParameterSet<double> result(network->parameters().layout);
    rule.add_gradient({*network, batch, network->activity(), error}, result);
    return result;
  }

  std::unique_ptr<LayeredNetwork<double>> network;
  TrialBatch<double> batch;
};

Layer1 layer_of(const json& stored) {
  return {matrix(stored["W"]), matrix(stored["b"]), matrix(stored["x"]), matrix(stored["p"]).col(0)};
}

Infomax<double> rule_of(const std::string& parameters, const LayeredNetwork<double>& network) {
  Infomax<double> rule(learning_rules<double>().catalogue().parse("infomax/" + parameters, "feedforward"));
  rule.check(network);
  rule.begin(network, RandomStream("rule", "", 1));
  return rule;
}

void expect_ascent(const ParameterSet<double>& gradient, const json& expected, const std::string& name) {
  EXPECT_LT(relative_error(-gradient.block("W_1"), matrix(expected[name + "_W"])), 1e-12);
  EXPECT_LT(relative_error(-gradient.block("b_1"), matrix(expected[name + "_b"])), 1e-12);
}

TEST(InfomaxGolden, information_and_marginal_agree) {
  const auto path = GoldenLayers::path("infomax.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  Layer1 layer = layer_of(golden.all());
  layer.network->forward(layer.batch.inputs, 1);
  const MatrixXd fires = layer.network->activity().outputs;
  const VectorXd p = matrix(golden.all()["p"]).col(0);
  const json& expected = golden.case_named("information")["expected"];
  EXPECT_NEAR(code_information(fires, p), expected["information_nats"].get<double>(), 1e-13);
  EXPECT_NEAR(entropy(p), expected["entropy_x_nats"].get<double>(), 1e-13);
  EXPECT_LT(relative_error(code_probabilities(fires) * p, matrix(expected["marginal"])), 1e-12);
}

TEST(InfomaxGolden, the_lateral_model_agrees) {
  const auto path = GoldenLayers::path("infomax.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const json& example = golden.case_named("lateral model (k < i)");
  const json& expected = example["expected"];
  Layer1 layer = layer_of(golden.all());
  Infomax<double> rule = rule_of("samples=0,lateral_rate=0", *layer.network);
  MatrixXd lateral = matrix(example["L"]);
  rule.set_lateral(lateral, matrix(example["c"]).col(0));
  expect_ascent(layer.gradient(rule), expected, "gradient");
  EXPECT_LT(relative_error(-rule.lateral_change(), matrix(expected["gradient_L"])), 1e-12);
  EXPECT_LT(relative_error(-rule.offset_change(), matrix(expected["gradient_c"])), 1e-12);
  EXPECT_NEAR(rule.curve_values()[1] * std::numbers::ln2, expected["upper_bound_nats"].get<double>(), 1e-12);
  EXPECT_NEAR((rule.curve_values()[1] - rule.curve_values()[0]) * std::numbers::ln2, expected["gap_nats"].get<double>(),
              1e-12)
      << "U - I = KL(p(y) | q)";
  lateral(0, 2) = 5;  // no part of the model
  rule.set_lateral(lateral, matrix(example["c"]).col(0));
  expect_ascent(layer.gradient(rule), expected, "gradient");
}

TEST(InfomaxGolden, the_enumerated_marginal_gives_the_gradient_of_the_information) {
  const auto path = GoldenLayers::path("infomax.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  Layer1 layer = layer_of(golden.all());
  Infomax<double> rule = rule_of("variant=enumerated,samples=0", *layer.network);
  expect_ascent(layer.gradient(rule), golden.case_named("information")["expected"], "gradient");
  Infomax<double> drawn = rule_of("variant=enumerated,samples=4000", *layer.network);
  const VectorXd right = layer.gradient(rule).values, estimate = layer.gradient(drawn).values;
  EXPECT_LT((estimate - right).norm(), 0.25 * right.norm());
  EXPECT_GT((estimate - right).norm(), 1e-6 * right.norm());
}

TEST(InfomaxGolden, the_factorized_marginal_agrees) {
  const auto path = GoldenLayers::path("infomax.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const json& expected = golden.case_named("factorized marginal")["expected"];
  Layer1 layer = layer_of(golden.all());
  Infomax<double> rule = rule_of("variant=factorized,samples=0", *layer.network);
  rule.set_means(matrix(expected["means"]).col(0));
  expect_ascent(layer.gradient(rule), expected, "gradient");
}

TEST(InfomaxGolden, bell_and_sejnowski_agree) {
  const auto path = GoldenLayers::path("infomax.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const json& example = golden.case_named("bell_sejnowski");
  const MatrixXd x = matrix(example["x"]);
  Layer1 layer(matrix(example["W"]), matrix(example["b"]), x, VectorXd::Ones(x.rows()));
  Infomax<double> rule = rule_of("variant=bell_sejnowski", *layer.network);
  expect_ascent(layer.gradient(rule), example["expected"], "ascent");
}

TEST(Infomax, drawn_spikes_estimate_the_enumerated_gradient) {
  const auto path = GoldenLayers::path("infomax.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  Layer1 layer = layer_of(golden.all());
  Infomax<double> exact = rule_of("samples=0", *layer.network), drawn = rule_of("samples=4000", *layer.network);
  const VectorXd right = layer.gradient(exact).values, estimate = layer.gradient(drawn).values;
  EXPECT_LT((estimate - right).norm(), 0.25 * right.norm());
  EXPECT_GT((estimate - right).norm(), 1e-6 * right.norm());
}

/// A rule that climbs from a start, at a rate, for some updates; what it is to tell apart, and by how many units.
struct Climb {
  std::string rule;
  Index patterns, units;
  double rate;
  int updates;
};

/// Bits before and after training from start number `start`.
std::pair<double, double> bits_of(const Climb& climb, std::uint64_t start) {
  const auto task = tasks().make(fmt::format("patterns/patterns={},inputs=8,units={}", climb.patterns, climb.units));
  TrialBatch<double> batch;
  fill_training_batch(*task, RandomStream("data", "", 1), 0, 1, batch);
  const auto made = architectures<double>().make("stochastic_binary", 8, climb.units);
  made->initialize(*initializations().make("gaussian/gain=0.5"), RandomStream("init", "", start));
  auto& network = dynamic_cast<LayeredNetwork<double>&>(*made);
  Infomax<double> rule = rule_of(climb.rule, network);
  const MatrixXd error = MatrixXd::Zero(climb.units, climb.patterns);
  double first = 0;
  for (int update = 0; update < climb.updates; ++update) {
    ParameterSet<double> gradient(network.parameters().layout);
    network.forward(batch.inputs, 1);
    LearningRule<double>& any = rule;
    any.add_gradient({network, batch, network.activity(), error}, gradient);
    network.parameters().values -= climb.rate * gradient.values;
    if (update == 0) first = rule.curve_values()[0];
  }
  Trial trial;
  RandomStream stream("evaluation", "", 1);
  task->evaluation_trial(0, stream, trial);
  const double most = std::min(std::log2(climb.patterns), static_cast<double>(climb.units));
  EXPECT_NEAR(task->performance(trial, network.forward(batch.inputs, 1).outputs), rule.curve_values()[0] / most, 0.02);
  return {first, rule.curve_values()[0]};
}

TEST(Infomax, the_gradient_rises_to_the_optimum_where_codes_are_plenty) {
  for (std::uint64_t start = 1; start <= 4; ++start) {
    const auto [first, last] = bits_of({"variant=enumerated,samples=0", 4, 3, 0.5, 700}, start);
    EXPECT_LT(first, 0.6);
    EXPECT_GT(last, 1.97) << "of 2 bits, from start " << start;
  }
}

// With as many codes as patterns it is the objective that has other maxima: two or four patterns share a code in pairs.
TEST(Infomax, the_gradient_stops_at_maxima_where_there_are_as_many_codes_as_patterns) {
  for (std::uint64_t start = 1; start <= 4; ++start) {
    const double last = bits_of({"variant=enumerated,samples=0", 8, 3, 0.5, 2500}, start).second;
    const std::vector<double> maxima{2.25, 2.5, 2.75, 3};
    EXPECT_TRUE(std::ranges::any_of(maxima, [&](double bits) { return std::abs(last - bits) < 0.03; })) << last;
  }
}

TEST(Infomax, a_lateral_model_must_be_fast_beside_the_weights) {
  if (test::is_sanitized) GTEST_SKIP() << "many minutes under a sanitizer; other tests here train by the same rule";
  double fast = 0, slow = 0;
  for (std::uint64_t start = 1; start <= 3; ++start) {
    fast += bits_of({"samples=0", 8, 6, 0.1, 1500}, start).second / 3;
    slow += bits_of({"samples=0,lateral_rate=0.02", 8, 6, 0.1, 1500}, start).second / 3;
  }
  EXPECT_GT(fast, 2.85) << "of 3 bits";
  EXPECT_LT(slow, fast - 0.15) << "where it lags behind, weights climb the gap between bound and information";
}

TEST(Infomax, what_it_cannot_serve_is_said) {
  const auto network = architectures<double>().make("stochastic_binary", 4, 14);
  EXPECT_THROW(learning_rules<double>().make("infomax/samples=0")->check(*network), UserError);
  EXPECT_THROW(learning_rules<double>().make("infomax/variant=enumerated")->check(*network), UserError);
  EXPECT_THROW(learning_rules<double>().make("infomax/variant=bell_sejnowski")->check(*network), UserError);
  EXPECT_NO_THROW(learning_rules<double>().make("infomax")->check(*network));
}

}  // namespace
}  // namespace cohort
