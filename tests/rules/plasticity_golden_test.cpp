// Plasticity with given coefficients and its meta-gradient, against numbers that independent programs made.
#include <cohort/network/initializations.hpp>
#include <cohort/network/plastic_mlp.hpp>
#include <cohort/network/plasticity_loop.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/rules/plasticity.hpp>

#include <cohort/core/errors.hpp>

#include <support/golden_layers.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace cohort {
namespace {

using nlohmann::json;
using test::GoldenLayers;
using test::matrix;
using Loop = PlasticityLoop<double>;

double relative_error(const MatrixXd& found, const MatrixXd& expected) {
  return (found - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
}

std::vector<MatrixXd> layers_of(const json& stored) {
  std::vector<MatrixXd> result;
  for (const auto& [layer, values] : stored.items()) result.push_back(matrix(values));
  return result;
}

/// An episode of plasticity.json: what is learned and how it ends.
struct Episode {
  explicit Episode(const json& file)
      : widths(file["layers"].get<std::vector<Index>>()),
        weights(layers_of(file["W"])),
        feedback(layers_of(file["B"])),
        samples(matrix(file["x"])),
        queries(matrix(file["query_x"])),
        labels(file["labels"].get<std::vector<Index>>()),
        query_labels(file["query_labels"].get<std::vector<Index>>()) {}

  std::vector<Index> widths;
  std::vector<MatrixXd> weights, feedback;
  MatrixXd samples, queries;
  std::vector<Index> labels, query_labels;

  Loop loop(const std::string& how, std::vector<std::size_t> terms) const {
    Loop result(widths, 10, how == "random" ? Loop::Feedback::random : Loop::Feedback::symmetric, std::move(terms));
    result.start(weights, feedback);
    return result;
  }

  /// Learns the samples and returns the mean cross-entropy of the queries, with its derivatives by the loop's terms.
  double run(Loop& loop, const PlasticityCoefficients& theta, VectorXd* gradient = nullptr) const {
    for (Index i = 0; i < samples.rows(); ++i) {
      loop.show(samples.row(i).transpose());
      loop.learn(labels[static_cast<std::size_t>(i)], theta);
    }
    double loss = 0;
    const double n = static_cast<double>(queries.rows());
    if (gradient) gradient->setZero(static_cast<Index>(loop.terms().size()));
    for (Index i = 0; i < queries.rows(); ++i) {
      const Index label = query_labels[static_cast<std::size_t>(i)];
      loop.show(queries.row(i).transpose());
      const VectorXd logits = loop.logits();
      const double normalizer = std::log((logits.array() - logits.maxCoeff()).exp().sum()) + logits.maxCoeff();
      loss += (normalizer - logits[label]) / n;
      VectorXd error = (logits.array() - normalizer).exp() / n;
      error[label] -= 1 / n;
      if (gradient) *gradient += loop.logit_derivatives().transpose() * error;
    }
    return loss;
  }
};

std::vector<std::size_t> all_terms() {
  std::vector<std::size_t> terms(n_plasticity_terms);
  std::iota(terms.begin(), terms.end(), 0);
  return terms;
}

PlasticityCoefficients theta_of(const json& stored) {
  PlasticityCoefficients theta{};
  for (std::size_t i = 0; i < n_plasticity_terms; ++i) theta[i] = stored[i].get<double>();
  return theta;
}

std::vector<json> episodes(const GoldenLayers& golden) {
  std::vector<json> result;
  for (const json& example : golden.cases())
    if (example.count("theta") > 0) result.push_back(example);
  return result;
}

TEST(PlasticityGolden, episodes_end_where_they_should_with_exact_gradients) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const Episode episode(golden.all());
  for (const json& example : episodes(golden)) {
    SCOPED_TRACE(example["name"].get<std::string>());
    const json& expected = example["expected"];
    Loop loop = episode.loop(example["feedback"], all_terms());
    VectorXd gradient;
    const double loss = episode.run(loop, theta_of(example["theta"]), &gradient);
    EXPECT_NEAR(loss, expected["query_loss"].get<double>(), 1e-12);
    for (Index layer = 1; layer <= loop.n_layers(); ++layer)
      EXPECT_LT(relative_error(loop.weights(layer), matrix(expected["W"][std::to_string(layer)])), 1e-12);
    EXPECT_LT(relative_error(gradient, matrix(expected["gradient"])), 1e-10);
    if (example["feedback"] != "symmetric") continue;
    const VectorXd held = matrix(expected["gradient_with_feedback_held_constant"]).col(0);
    EXPECT_GT(relative_error(gradient, held), 1e-6) << "B = W is differentiated too";
  }
}

TEST(PlasticityGolden, gradients_are_central_differences) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const Episode episode(golden.all());
  for (const json& example : episodes(golden)) {
    SCOPED_TRACE(example["name"].get<std::string>());
    const PlasticityCoefficients theta = theta_of(example["theta"]);
    Loop loop = episode.loop(example["feedback"], all_terms());
    VectorXd gradient;
    episode.run(loop, theta, &gradient);
    constexpr double step = 1e-6;
    for (std::size_t term = 0; term < n_plasticity_terms; ++term) {
      const auto loss_at = [&](double moved) {
        PlasticityCoefficients other = theta;
        other[term] += moved;
        Loop again = episode.loop(example["feedback"], {});
        return episode.run(again, other);
      };
      const double difference = (loss_at(step) - loss_at(-step)) / (2 * step);
      EXPECT_NEAR(gradient[static_cast<Index>(term)], difference, 1e-6 * gradient.cwiseAbs().maxCoeff()) << term;
    }
  }
}

/// A network of the architecture mlp with the weights of the file.
std::unique_ptr<LayeredNetwork<double>> perceptron(const Episode& episode) {
  auto made = architectures<double>().make(
      fmt::format("mlp/hidden={},activation=softplus,beta=10,bias=false", episode.widths[1]), episode.widths[0],
      episode.widths[2]);
  std::unique_ptr<LayeredNetwork<double>> network(dynamic_cast<LayeredNetwork<double>*>(made.release()));
  for (std::size_t l = 0; l < episode.weights.size(); ++l)
    network->parameters().block("W_" + std::to_string(l + 1)) = episode.weights[l];
  return network;
}

/// Puts the stored feedback in place of what the rule has drawn.
class FeedbackSetter final : public StateVisitor {
 public:
  explicit FeedbackSetter(const std::vector<MatrixXd>& feedback) : feedback_(feedback) {}

 private:
  void handle(const std::string& name, const StateValue& value) override {
    if (auto* const* held = std::get_if<Matrix<double>*>(&value)) **held = feedback_.at(std::stoul(name.substr(2)) - 1);
  }
  const std::vector<MatrixXd>& feedback_;
};

/// ∂(cross-entropy)/∂logits of samples that are rows.
MatrixXd softmax_error(const MatrixXd& outputs, const std::vector<Index>& labels) {
  MatrixXd error = (outputs.rowwise() - outputs.colwise().maxCoeff()).array().exp();
  error.array().rowwise() /= error.array().colwise().sum().eval();
  for (std::size_t i = 0; i < labels.size(); ++i) error(labels[i], static_cast<Index>(i)) -= 1;
  return error.transpose();
}

/// The change that the rule asks for, for the stored samples first .. first + n - 1.
ParameterSet<double> change_of(LayeredNetwork<double>& network, Plasticity<double>& rule, const Episode& episode,
                               Index first, Index n) {
  const MatrixXd samples = episode.samples.middleRows(first, n);
  GoldenLayers::forward(network, samples);
  const std::vector<Index> labels(episode.labels.begin() + first, episode.labels.begin() + first + n);
  return GoldenLayers::gradient(network, rule, samples, softmax_error(network.activity().outputs, labels));
}

Plasticity<double> rule_of(const std::string& feedback, const std::vector<double>& theta,
                           const LayeredNetwork<double>& network, const Episode& episode) {
  Plasticity<double> rule(learning_rules<double>().catalogue().parse(
      fmt::format("plasticity/feedback={},theta=[{}]", feedback, fmt::join(theta, ",")), "feedforward"));
  rule.check(network);
  rule.begin(network, RandomStream("rule", "", 1));
  FeedbackSetter setter(episode.feedback);
  rule.visit_state(setter);
  return rule;
}

TEST(PlasticityGolden, the_ten_terms_agree) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const Episode episode(golden.all());
  for (const char* feedback : {"random", "symmetric"}) {
    const json& expected = golden.case_named(fmt::format("ten terms {}", feedback))["expected"];
    for (std::size_t term = 0; term < n_plasticity_terms; ++term) {
      std::vector<double> theta(n_plasticity_terms, 0);
      theta[term] = 1;
      const auto network = perceptron(episode);
      Plasticity<double> rule = rule_of(feedback, theta, *network, episode);
      const auto change = change_of(*network, rule, episode, 0, 1);
      for (const std::string layer : {"1", "2"})
        EXPECT_LT(relative_error(-change.block("W_" + layer), matrix(expected["F"][layer]["F" + std::to_string(term)])),
                  1e-12)
            << feedback << " F" << term << " of layer " << layer;
      for (const std::string layer : {"0", "1", "2"})
        EXPECT_LT(relative_error(rule.credit(std::stol(layer)), matrix(expected["e"][layer])), 1e-12);
    }
  }
}

TEST(PlasticityGolden, the_rule_learns_an_episode_as_the_loop_does) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const Episode episode(golden.all());
  for (const json& example : episodes(golden)) {
    SCOPED_TRACE(example["name"].get<std::string>());
    const auto network = perceptron(episode);
    Plasticity<double> rule =
        rule_of(example["feedback"], example["theta"].get<std::vector<double>>(), *network, episode);
    for (Index i = 0; i < episode.samples.rows(); ++i)
      network->parameters().values -= change_of(*network, rule, episode, i, 1).values;
    for (const std::string layer : {"1", "2"})
      EXPECT_LT(relative_error(network->parameters().block("W_" + layer), matrix(example["expected"]["W"][layer])),
                1e-11);
  }
}

TEST(Plasticity, of_a_batch_is_the_mean_of_what_its_samples_ask_for) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const Episode episode(golden.all());
  const auto network = perceptron(episode);
  Plasticity<double> rule =
      rule_of("random", {0.1, 0.2, -0.3, 0.01, 0.05, 0.1, -0.2, 0.3, 0.4, -0.1}, *network, episode);
  const auto together = change_of(*network, rule, episode, 0, 6);
  VectorXd mean = VectorXd::Zero(together.values.size());
  for (Index i = 0; i < 6; ++i) mean += change_of(*network, rule, episode, i, 1).values / 6;
  EXPECT_LT((together.values - mean).norm(), 1e-13);
}

TEST(Plasticity, the_first_term_with_symmetric_feedback_is_gradient_descent) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const GoldenLayers golden(path);
  const Episode episode(golden.all());
  const auto network = perceptron(episode);
  Plasticity<double> symmetric = rule_of("symmetric", {0.25}, *network, episode);
  Plasticity<double> random = rule_of("random", {0.25}, *network, episode);
  const auto change = change_of(*network, symmetric, episode, 2, 1), other = change_of(*network, random, episode, 2, 1);
  const MatrixXd sample = episode.samples.middleRows(2, 1);
  GoldenLayers::forward(*network, sample);
  const auto exact = GoldenLayers::gradient(*network, *learning_rules<double>().make("backprop"), sample,
                                            softmax_error(network->activity().outputs, {episode.labels[2]}));
  EXPECT_LT((change.values - 0.25 * exact.values).norm(), 1e-14);
  EXPECT_GT((other.values - 0.25 * exact.values).norm(), 1e-3 * exact.values.norm());
}

TEST(Plasticity, what_it_cannot_serve_is_said) {
  const auto refused = [](const std::string& architecture) -> std::string {
    try {
      learning_rules<double>().make("plasticity")->check(*architectures<double>().make(architecture, 6, 3));
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refused("mlp/hidden=5,bias=false"), "");
  EXPECT_THAT(refused("mlp/hidden=5"), testing::HasSubstr("bias=false"));
  EXPECT_THAT(refused("mlp/hidden=6-6-6,bias=false,skip=dense"), testing::HasSubstr("layer 2 has one"));
  EXPECT_THROW(learning_rules<double>().make("plasticity/theta=[1,1,1,1,1,1,1,1,1,1,1]"), UserError);
}

/// Two episodes of 6 taught steps and 4 queries: 5 inputs and 3 classes.
TrialBatch<double> two_episodes(const Episode& episode) {
  TaskInfo info;
  info.n_inputs = 8;
  info.n_outputs = 3;
  info.loss = LossKind::cross_entropy;
  TrialBatch<double> batch;
  resize_batch(info, 2, 10, batch);
  for (Index trial = 0; trial < 2; ++trial) {
    Trial one;
    one.reset(info, 10);
    for (Index step = 0; step < 10; ++step) {
      const bool is_taught = step < 6;
      const Index label = is_taught ? episode.labels[static_cast<std::size_t>(step)]
                                    : episode.query_labels[static_cast<std::size_t>(step - 6)];
      one.inputs.col(step).head(5) = is_taught ? episode.samples.row(step) : episode.queries.row(step - 6);
      one.inputs(0, step) += 0.1 * static_cast<double>(trial);
      if (is_taught) one.inputs(5 + label, step) = 1;
      one.mask(0, step) = is_taught ? 0 : 1;
      one.classes[static_cast<std::size_t>(step)] = static_cast<int>(label);
    }
    place_trial(one, trial, batch);
  }
  return batch;
}

struct MetaLoss {
  double loss;
  ParameterSet<double> gradient;
};

MetaLoss meta_loss(Network<double>& network, LearningRule<double>& rule, const TrialBatch<double>& batch) {
  const Objective<double> objective(LossKind::cross_entropy);
  const auto& activity = network.forward(batch.inputs, batch.n_trials);
  MatrixXd error;
  objective.output_error(batch, activity.outputs, error);
  MetaLoss result{objective.score(batch, activity.outputs).loss, ParameterSet<double>(network.parameters().layout)};
  UpdateContext<double> context{network, batch, activity, error};
  context.objective = objective;
  context.total_weight = Objective<double>::total_weight(batch);
  rule.add_gradient(context, result.gradient);
  return result;
}

TEST(MetaGradient, is_that_of_central_differences_with_any_terms_and_scales) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const auto batch = two_episodes(Episode(GoldenLayers(path).all()));
  for (const char* variant :
       {"plastic_mlp/hidden=4,terms=[0,2,9],theta0=0.3", "plastic_mlp/hidden=4-4,feedback=symmetric",
        "plastic_mlp/hidden=4,terms=[0,1,2,3,4,5,6,7,8,9],scales=[1,2,1,0.1,1,1,1,3,1,0.5]"}) {
    const auto network = architectures<double>().make(variant, 8, 3);
    network->initialize(*initializations().make("glorot_uniform"), RandomStream("init", "", 3));
    network->parameters().values.array() += 0.02;
    const auto rule = learning_rules<double>().make("meta_gradient/clip=0");
    rule->check(*network);
    rule->begin(*network, RandomStream("rule", "", 1));
    const MetaLoss here = meta_loss(*network, *rule, batch);
    constexpr double step = 1e-6;
    for (Index r = 0; r < here.gradient.values.size(); ++r) {
      const auto loss_at = [&](double moved) {
        network->parameters().values[r] += moved;
        const double loss = meta_loss(*network, *rule, batch).loss;
        network->parameters().values[r] -= moved;
        return loss;
      };
      EXPECT_NEAR(here.gradient.values[r], (loss_at(step) - loss_at(-step)) / (2 * step),
                  1e-7 * (1 + here.gradient.values.cwiseAbs().maxCoeff()))
          << variant << " " << r;
    }
    EXPECT_GT(here.gradient.values.norm(), 1e-4);
  }
}

TEST(MetaGradient, angles_are_those_of_the_credit_through_feedback_and_through_weights) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const auto batch = two_episodes(Episode(GoldenLayers(path).all()));
  const auto angles_of = [&](const std::string& feedback) {
    auto made = architectures<double>().make("plastic_mlp/hidden=4-4,theta0=0.1,feedback=" + feedback, 8, 3);
    made->initialize(*initializations().make("glorot_uniform"), RandomStream("init", "", 3));
    const auto rule = learning_rules<double>().make("meta_gradient");
    rule->begin(*made, RandomStream("rule", "", 1));
    meta_loss(*made, *rule, batch);
    const auto values = rule->curve_values();
    EXPECT_EQ(rule->curves().size(), values.size());
    return std::vector<double>(values.begin() + 3, values.end());
  };
  const auto random = angles_of("random"), symmetric = angles_of("symmetric");
  ASSERT_EQ(random.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(symmetric[i], 0, 1e-5);
    EXPECT_GT(random[i], 5);
    EXPECT_LT(random[i], 180);
  }
}

TEST(PlasticityLoop, credits_of_a_sample_are_those_it_learns_by) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const Episode episode(GoldenLayers(path).all());
  for (const char* how : {"random", "symmetric"}) {
    Loop loop = episode.loop(how, {0});
    loop.show(episode.samples.row(0).transpose());
    std::vector<VectorXd> fed_back, exact;
    loop.add_credits(episode.labels[0], fed_back, exact);
    loop.learn(episode.labels[0], {0.1});
    for (std::size_t l = 0; l < fed_back.size(); ++l)
      EXPECT_LT((fed_back[l] - loop.credit(static_cast<Index>(l) + 1)).norm(), 1e-14);
    EXPECT_EQ((fed_back[0] - exact[0]).norm() > 1e-3, std::string(how) == "random");
  }
}

TEST(MetaGradient, episodes_draw_weights_of_their_own_and_the_same_ones_again) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const auto batch = two_episodes(Episode(GoldenLayers(path).all()));
  const auto network = architectures<double>().make("plastic_mlp/hidden=4", 8, 3);
  network->initialize(*initializations().make("glorot_uniform"), RandomStream("init", "", 3));
  const MatrixXd first = network->forward(batch.inputs, 2).outputs, again = network->forward(batch.inputs, 2).outputs;
  EXPECT_EQ(first, again);
  const MatrixXd swapped =
      batch.inputs(Eigen::all, std::vector<int>{1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14, 17, 16, 19, 18});
  EXPECT_EQ(network->forward(swapped, 2).outputs.col(0), first.col(1)) << "an episode does not ask where it stands";
  network->initialize(*initializations().make("glorot_uniform"), RandomStream("init", "", 4));
  EXPECT_NE(network->forward(batch.inputs, 2).outputs, first);
}

TEST(MetaGradient, episodes_that_diverge_are_left_out_and_counted) {
  const auto path = GoldenLayers::path("plasticity.json");
  COHORT_SKIP_WITHOUT(path);
  const auto batch = two_episodes(Episode(GoldenLayers(path).all()));
  const auto network = architectures<double>().make("plastic_mlp/hidden=4,terms=[0,1]", 8, 3);
  network->initialize(*initializations().make("glorot_uniform"), RandomStream("init", "", 3));
  const VectorXd start = network->parameters().values;
  const auto rule = learning_rules<double>().make("meta_gradient");
  rule->begin(*network, RandomStream("rule", "", 1));
  EXPECT_GT(meta_loss(*network, *rule, batch).gradient.values.norm(), 0);
  const auto counts = [&] {
    const auto values = rule->curve_values();
    return std::vector<double>(values.begin(), values.begin() + 3);
  };
  EXPECT_EQ(counts(), (std::vector<double>{0, 0, 0}));
  EXPECT_TRUE(rule->has_update());
  network->parameters().values[1] = -1e200;
  const MetaLoss lost = meta_loss(*network, *rule, batch);
  EXPECT_TRUE(std::isfinite(lost.loss));
  EXPECT_EQ(lost.gradient.values.norm(), 0);
  EXPECT_EQ(counts(), (std::vector<double>{2, 0, 1}));
  EXPECT_FALSE(rule->has_update()) << "momentum must not go on to where episodes diverge";
  EXPECT_EQ(network->parameters().values, start) << "put back";
}

}  // namespace
}  // namespace cohort
