#include <support/recurrent.hpp>

#include <cohort/network/cell_type_averages.hpp>
#include <cohort/learning/credit_rule.hpp>

#include <support/errors.hpp>
#include <support/explicit_trace.hpp>
#include <support/networks.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr double kTau = 4, kPenalty = 0.3;
constexpr Index kInputs = 3, kOutputs = 2, kSteps = 17, kTrials = 5, kUnits = 9;
constexpr double kGradientFloor = 1e-3;  // a silent network would pass every comparison
constexpr LossKind kSquared = LossKind::mean_squared_error;

std::string ctrnn(const std::string& activation) { return "ctrnn/units=9,tau=4,activation=" + activation; }

/// Nine units, six of them excitatory.
std::string dale(const std::string& activation) { return ctrnn(activation) + ",dale=true,excitatory=0.67"; }

/// A random network, random trials and the error of its outputs.
struct Setting {
  explicit Setting(const std::string& cell, LossKind kind = kSquared)
      : loss(kind),
        network(random_network<double>(cell, kInputs, kOutputs)),
        batch(random_batch<double>(loss, kInputs, kOutputs, kSteps, kTrials)) {
    Objective<double>(loss).output_error(batch, network->forward(batch.inputs, kTrials).outputs, error);
  }

  VectorXd gradient(const std::string& rule) {
    return rule_gradient<double>(rule, *network, batch, loss, kPenalty).gradient.values;
  }

  double rate_weight() const { return 2 * kPenalty / static_cast<double>(kUnits * batch.n_columns()); }

  MatrixXd readout_transpose() const { return network->parameters().block("W_out").transpose(); }

  /// By the cell's backward pass.
  VectorXd adjoint(const RecurrentCredit<double>& credit, const MatrixXd& feedback) {
    network->forward(batch.inputs, kTrials);
    ParameterSet<double> result(network->parameters().layout);
    network->backward(batch.inputs, error, feedback, {rate_weight()}, credit, result);
    return result.values;
  }

  VectorXd traces(const RecurrentCredit<double>& credit, const MatrixXd& feedback) const {
    return explicit_trace_gradient(*network, batch, error, feedback * error, rate_weight(), credit,
                                   *network->cell().traits().activation, 1 / kTau);
  }

  LossKind loss;
  std::unique_ptr<RecurrentNetwork<double>> network;
  TrialBatch<double> batch;
  Matrix<double> error;
};

double difference(const VectorXd& a, const VectorXd& b) { return relative_difference<double>(a, b); }

/// Central differences of the regularized loss in every parameter.
VectorXd finite_differences(RecurrentNetwork<double>& network, const TrialBatch<double>& batch, LossKind loss) {
  constexpr double h = 1e-5;
  VectorXd result(network.parameters().values.size());
  for (Index i = 0; i < result.size(); ++i) {
    double& value = network.parameters().values[i];
    const double kept = value;
    value = kept + h;
    const double above = regularized_loss<double>(network, batch, loss, kPenalty);
    value = kept - h;
    const double below = regularized_loss<double>(network, batch, loss, kPenalty);
    value = kept;
    result[i] = (above - below) / (2 * h);
  }
  return result;
}

class ActivationGradient : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, ActivationGradient, testing::ValuesIn(activation_names()));

TEST_P(ActivationGradient, bptt_agrees_with_finite_differences) {
  for (const LossKind loss : {kSquared, LossKind::cross_entropy}) {
    Setting setting(ctrnn(GetParam()), loss);
    const VectorXd expected = finite_differences(*setting.network, setting.batch, loss);
    ASSERT_GT(expected.norm(), kGradientFloor);
    EXPECT_LE(difference(setting.gradient("bptt"), expected), 1e-8);
    // The comparison can fail: an approximate rule does not pass it.
    EXPECT_GT(difference(setting.gradient("eprop"), expected), 1e-3);
  }
}

TEST_P(ActivationGradient, every_point_agrees_with_explicit_traces) {
  Setting setting(ctrnn(GetParam()));
  const MatrixXd symmetric = setting.readout_transpose(), random = MatrixXd::Random(kUnits, kOutputs);
  const MatrixXd given = 0.4 * MatrixXd::Random(kUnits, kUnits);
  const VectorXd bptt = setting.gradient("bptt");
  for (const CreditPath path : {CreditPath::none, CreditPath::full, CreditPath::self, CreditPath::given})
    for (const CreditHops hops : {CreditHops::all, CreditHops::one, CreditHops::one_filtered})
      for (const double slope : {0.0, 0.25})
        for (const Index horizon : {0, 1, 3, 5})
          for (const MatrixXd& feedback : {symmetric, random}) {
            RecurrentCredit<double> credit{path, hops, {}, slope, horizon};
            if (path == CreditPath::given) credit.weights = given;
            const VectorXd adjoint = setting.adjoint(credit, feedback);
            ASSERT_GT(adjoint.norm(), kGradientFloor);
            EXPECT_LE(difference(adjoint, setting.traces(credit, feedback)), 1e-12)
                << static_cast<int>(path) << static_cast<int>(hops) << " " << slope << " " << horizon;
            const bool is_exact = path == CreditPath::full && hops == CreditHops::all && horizon == 0 && slope == 0;
            if (!is_exact) {
              EXPECT_GT(difference(adjoint, bptt), 1e-4);
            }
          }
}

TEST(CreditRule, names_stand_for_points) {
  Setting setting(ctrnn("tanh"));
  using Credit = RecurrentCredit<double>;
  const MatrixXd symmetric = setting.readout_transpose();
  std::vector<VectorXd> gradients;
  for (const auto& [rule, credit] : {std::pair<const char*, Credit>{"bptt", {}},
                                     {"tbptt/window=3", {CreditPath::full, CreditHops::all, {}, 0, 3}},
                                     {"eprop", {CreditPath::none}},
                                     {"snap1", {CreditPath::self}},
                                     {"mdgl", {CreditPath::full, CreditHops::one}},
                                     {"mdgl/hop=filtered", {CreditPath::full, CreditHops::one_filtered}}}) {
    const VectorXd gradient = setting.gradient(rule);
    EXPECT_LE(difference(gradient, setting.traces(credit, symmetric)), 1e-12) << rule;
    for (const VectorXd& other : gradients) EXPECT_GT(difference(gradient, other), 1e-3) << rule;
    gradients.push_back(gradient);
  }
}

TEST(CreditRule, every_name_is_a_point_that_can_be_spelled_out) {
  Setting plain(ctrnn("tanh")), typed(dale("relu")), rate("rate/units=9");
  const auto same = [](Setting& setting, const std::string& name, const std::string& axes) {
    EXPECT_EQ(setting.gradient(name), setting.gradient("credit/" + axes)) << name;
    EXPECT_GT(setting.gradient(name).norm(), kGradientFloor);
  };
  same(plain, "bptt", "path=full");
  same(plain, "tbptt/window=4", "horizon=4");
  same(plain, "eprop", "path=none");
  same(plain, "eprop/feedback=sign", "path=none,feedback=sign");
  same(plain, "snap1", "path=self");
  same(plain, "mdgl", "hops=one");
  same(plain, "mdgl/hop=filtered", "hops=one_filtered");
  same(typed, "mdgl/weights=type", "path=cell_type,hops=one");
  same(typed, "mdgl/weights=type,hop=filtered,types=2", "path=cell_type,hops=one_filtered,types=2");
  same(typed, "modprop/mu=0.2,types=3", "path=cell_type,slope=0.2,types=3");
  same(rate, "rflo/feedback=symmetric", "path=none");
}

TEST(CreditRule, what_stays_within_units_is_all_there_is_without_recurrent_weights) {
  Setting setting(ctrnn("tanh"));
  const std::vector<std::string> rules{"eprop", "snap1", "mdgl", "mdgl/hop=filtered"};
  for (const std::string& rule : rules) EXPECT_GT(difference(setting.gradient(rule), setting.gradient("bptt")), 1e-2);
  setting.network->parameters().block("W").setZero();
  for (const std::string& rule : rules) EXPECT_LE(difference(setting.gradient(rule), setting.gradient("bptt")), 1e-14);
}

TEST(CreditRule, cut_before_every_step_it_is_eprop) {
  Setting setting(ctrnn("softplus"));
  EXPECT_LE(difference(setting.gradient("tbptt/window=1"), setting.gradient("eprop")), 1e-13);
  EXPECT_GT(difference(setting.gradient("tbptt/window=2"), setting.gradient("eprop")), 1e-3);
}

TEST(CreditRule, modprop_without_slope_is_eprop) {
  Setting setting(dale("relu"));
  EXPECT_EQ(setting.gradient("modprop/mu=0"), setting.gradient("eprop"));
  EXPECT_GT(difference(setting.gradient("modprop"), setting.gradient("eprop")), 1e-2);
}

TEST(CreditRule, modprop_with_true_weights_and_true_slope_is_bptt) {
  Setting setting(ctrnn("linear"));
  RecurrentCredit<double> credit{CreditPath::given, CreditHops::all, setting.network->parameters().block("W"), 1};
  EXPECT_LE(difference(setting.adjoint(credit, setting.readout_transpose()), setting.gradient("bptt")), 1e-13);
  credit.constant_slope = 0.9;
  EXPECT_GT(difference(setting.adjoint(credit, setting.readout_transpose()), setting.gradient("bptt")), 1e-2);
}

TEST(CreditRule, credit_through_cell_types_follows_the_weights) {
  Setting setting(dale("relu"));
  for (int turn = 0; turn < 2; ++turn) {  // the same rule object would not notice stale averages
    const MatrixXd weights = setting.network->cell().effective_weights(setting.network->parameters());
    const RecurrentCredit<double> credit{CreditPath::given, CreditHops::all,
                                         cell_type_averages(weights, setting.network->cell().traits(), 2), 0.3};
    EXPECT_EQ(setting.gradient("modprop/mu=0.3,types=2"), setting.adjoint(credit, setting.readout_transpose()));
    EXPECT_GT(difference(setting.gradient("modprop/mu=0.3,types=2"), setting.gradient("modprop/mu=0.3,types=1")), 1e-4);
    setting.network->parameters().block("W") *= 1.5;
    Objective<double>(kSquared).output_error(
        setting.batch, setting.network->forward(setting.batch.inputs, kTrials).outputs, setting.error);
  }
}

TEST(CreditRule, cell_type_averages_are_recomputed_at_every_update) {
  Setting setting(dale("relu"));
  const auto rule = learning_rules<double>().make("modprop");
  rule->begin(*setting.network, RandomStream("test", "", 1));
  const auto gradient = [&] {
    const auto& activity = setting.network->forward(setting.batch.inputs, kTrials);
    ParameterSet<double> result(setting.network->parameters().layout);
    rule->add_gradient({*setting.network, setting.batch, activity, setting.error}, result);
    return result.values;
  };
  const VectorXd before = gradient();
  setting.network->parameters().block("W") *= 2;
  const VectorXd after = gradient();
  const auto fresh = learning_rules<double>().make("modprop");
  fresh->begin(*setting.network, RandomStream("test", "", 1));
  ParameterSet<double> expected(setting.network->parameters().layout);
  const auto& activity = setting.network->forward(setting.batch.inputs, kTrials);
  fresh->add_gradient({*setting.network, setting.batch, activity, setting.error}, expected);
  EXPECT_EQ(after, expected.values);
  EXPECT_GT(difference(after, before), 1e-2);
}

TEST(CreditRule, random_weights_on_the_path_are_fixed_per_run) {
  Setting setting(ctrnn("tanh"));
  const auto gradient = [&](std::uint64_t seed) {
    const auto rule = learning_rules<double>().make("credit/path=random");
    rule->begin(*setting.network, RandomStream("test", "", seed));
    const auto& activity = setting.network->forward(setting.batch.inputs, kTrials);
    ParameterSet<double> first(setting.network->parameters().layout), second = first;
    rule->add_gradient({*setting.network, setting.batch, activity, setting.error}, first);
    rule->add_gradient({*setting.network, setting.batch, activity, setting.error}, second);
    EXPECT_EQ(first.values, second.values);
    return first.values;
  };
  EXPECT_EQ(gradient(1), gradient(1));
  EXPECT_GT(difference(gradient(1), gradient(2)), 1e-2);
  EXPECT_GT(difference(gradient(1), setting.gradient("bptt")), 1e-2);
}

TEST(CreditRule, feedback_leaves_the_readout_exact) {
  Setting setting(ctrnn("tanh"));
  const auto exact = rule_gradient<double>("bptt", *setting.network, setting.batch, kSquared);
  for (const std::string rule : {"feedback_alignment", "feedback_alignment/feedback=sign", "eprop/feedback=aligned"}) {
    const auto result = rule_gradient<double>(rule, *setting.network, setting.batch, kSquared);
    EXPECT_EQ(result.gradient.block("W_out"), exact.gradient.block("W_out"));
    EXPECT_GT((result.gradient.block("W") - exact.gradient.block("W")).norm(), 0.1 * exact.gradient.block("W").norm());
  }
}

TEST(CreditRule, batch_gradient_is_the_sum_over_trials) {
  // Both losses divide by the mask's sum, so single-trial gradients are weighted by their share of it.
  for (const std::string rule : {"bptt", "eprop", "tbptt/window=4", "snap1", "mdgl", "mdgl/weights=type,hop=filtered",
                                 "modprop", "neuromodulator_diffusion", "frozen_recurrent"}) {
    Setting setting(dale("relu"));
    const auto gradient = [&](const TrialBatch<double>& batch) {
      auto made = learning_rules<double>().make(rule);
      made->begin(*setting.network, RandomStream("test", "", 1));
      const auto& activity = setting.network->forward(batch.inputs, batch.n_trials);
      Matrix<double> error;
      Objective<double>(kSquared).output_error(batch, activity.outputs, error);
      ParameterSet<double> result(setting.network->parameters().layout);
      made->add_gradient({*setting.network, batch, activity, error}, result);
      return result.values;
    };
    const VectorXd whole = gradient(setting.batch);
    VectorXd sum = VectorXd::Zero(whole.size());
    for (Index trial = 0; trial < kTrials; ++trial) {
      TrialBatch<double> one;
      one.n_trials = 1;
      one.n_steps = kSteps;
      const auto columns = Eigen::seqN(trial, kSteps, kTrials);
      one.inputs = setting.batch.inputs(Eigen::all, columns);
      one.targets = setting.batch.targets(Eigen::all, columns);
      one.mask = setting.batch.mask(Eigen::all, columns);
      const VectorXd part = gradient(one) * one.mask.sum() / setting.batch.mask.sum();
      EXPECT_GT(difference(part, whole), 0.1);
      sum += part;
    }
    EXPECT_LE(difference(whole, sum), 1e-13) << rule;
  }
}

// The training code and the tested code are one template; this closes the remaining gap.
TEST(CreditRule, float_agrees_with_double) {
  for (const std::string cell : {"ctrnn/units=37,tau=4,activation=retanh", "ctrnn/units=100,activation=tanh"}) {
    auto network = random_network<double>(cell, kInputs, kOutputs);
    RecurrentNetwork<float> single = std::move(*test::recurrent<float>(cell, kInputs, kOutputs));
    single.parameters() = network->parameters().cast<float>();
    const auto batch = random_batch<double>(kSquared, kInputs, kOutputs, 40, 21);
    const auto batch_single = random_batch<float>(kSquared, kInputs, kOutputs, 40, 21);
    for (const std::string rule : {"bptt", "eprop", "tbptt/window=4", "eprop/every=10", "neuromodulator_diffusion"}) {
      const auto exact = rule_gradient<double>(rule, *network, batch, kSquared, kPenalty);
      const auto rounded = rule_gradient<float>(rule, single, batch_single, kSquared, kPenalty);
      EXPECT_LE(difference(rounded.gradient.values.cast<double>(), exact.gradient.values), 2e-5) << cell << " " << rule;
    }
  }
}

std::string refusal(const std::string& rule, const std::string& cell) {
  const auto network = random_network<double>(cell, kInputs, kOutputs);
  return user_error([&] { learning_rules<double>().make(rule)->check(*network); });
}

TEST(CreditRule, illegal_points_are_refused_with_the_axis_named) {
  using testing::HasSubstr;
  EXPECT_THAT(refusal("mdgl/weights=type", ctrnn("relu")), HasSubstr("path=cell_type needs dale=true"));
  EXPECT_THAT(refusal("modprop", ctrnn("relu")), HasSubstr("path=cell_type needs dale=true"));
  EXPECT_THAT(refusal("modprop", dale("tanh")), HasSubstr("slope needs a ctrnn with activation=relu"));
  EXPECT_THAT(refusal("credit/slope=0.2", "rate/units=9,activation=relu"),
              HasSubstr("slope needs a ctrnn with activation=relu"));
  EXPECT_THAT(refusal("credit/path=random", "gru/units=9"),
              HasSubstr("path=random needs a cell with one recurrent matrix"));
  EXPECT_THAT(refusal("credit/path=none,hops=one", ctrnn("relu")), HasSubstr("hops, slope and horizon need a path"));
  EXPECT_THAT(refusal("credit/path=none,slope=1", ctrnn("relu")), HasSubstr("hops, slope and horizon need a path"));
}

TEST(CreditRule, legal_points_are_not_refused) {
  for (const char* rule : {"modprop", "modprop/mu=0", "mdgl/weights=type", "bptt", "eprop/every=3",
                           "credit/path=random", "credit/path=self,slope=0.3,hops=one,horizon=5"})
    EXPECT_NO_THROW(
        learning_rules<double>().make(rule)->check(*random_network<double>(dale("relu"), kInputs, kOutputs)))
        << rule;
}

TEST(CreditRule, only_the_whole_gradient_counts_as_exact_and_only_trial_end_as_passive) {
  const auto is_exact = [](const std::string& rule) { return learning_rules<double>().make(rule)->traits().is_exact; };
  const auto is_passive = [](const std::string& rule) {
    return learning_rules<double>().make(rule)->traits().is_passive;
  };
  EXPECT_TRUE(is_exact("bptt"));
  EXPECT_TRUE(is_exact("credit"));
  for (const char* rule : {"eprop", "tbptt", "feedback_alignment", "mdgl", "credit/every=5", "credit/slope=1"})
    EXPECT_FALSE(is_exact(rule)) << rule;
  EXPECT_TRUE(is_passive("eprop"));
  EXPECT_FALSE(is_passive("eprop/every=5"));
}

}  // namespace
}  // namespace cohort::test
