// Gradients that were computed outside Cohort, in two or three independent ways each.

#include <support/recurrent.hpp>

#include <support/golden_rules.hpp>
#include <support/networks.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

using Json = nlohmann::json;

MatrixXd matrix_of(const Json& rows) { return GoldenRules::matrix(rows); }

class GoldenGradients : public testing::Test {
 protected:
  void SetUp() override {
    COHORT_SKIP_WITHOUT(GoldenRules::path());
    const GoldenRules golden;
    golden_ = golden.json();
    batch_ = golden.batch();
    // Theirs is half a sum, ours a mean.
    scale_ = batch_.mask.sum() / 2;
    voltage_ = network("ctrnn");
    rate_ = network("rate");
  }

  std::unique_ptr<RecurrentNetwork<double>> network(const std::string& cell) const {
    const Json& p = golden_["params"];
    auto result = test::recurrent<double>(cell + "/units=6,activation=tanh,tau=3.3333333333333335", 3, 2);
    auto& parameters = result->parameters();
    parameters.block("W") = matrix_of(p["W"]);
    parameters.block("W_in") = matrix_of(p["Win"]);
    parameters.block("b") = matrix_of(p["b"]);
    parameters.block("W_out") = matrix_of(p["Wo"]);
    parameters.block("b_out") = matrix_of(p["bo"]);
    return result;
  }

  LossAndGradient<double> run(RecurrentNetwork<double>& network, const std::string& rule) const {
    return rule_gradient<double>(rule, network, batch_, LossKind::mean_squared_error);
  }

  /// The gradient of any point of the family.
  ParameterSet<double> gradient(RecurrentNetwork<double>& network, const RecurrentCredit<double>& credit,
                                const MatrixXd& feedback) const {
    Matrix<double> error;
    const auto& activity = network.forward(batch_.inputs, 2);
    Objective<double>(LossKind::mean_squared_error).output_error(batch_, activity.outputs, error);
    ParameterSet<double> result(network.parameters().layout);
    network.backward(batch_.inputs, error, feedback, {}, credit, result);
    return result;
  }

  void expect_gradient(const std::string& name, const ParameterSet<double>& gradient) const {
    const Json& expected = golden_.at(name);
    for (const auto& [theirs, ours] : {std::pair{"W", "W"}, std::pair{"Win", "W_in"}, std::pair{"b", "b"}}) {
      const MatrixXd golden = matrix_of(expected[theirs]);
      ASSERT_GT(golden.norm(), 1e-2);
      EXPECT_LE((scale_ * gradient.block(ours) - golden).norm() / golden.norm(), 1e-12) << name << " " << theirs;
    }
  }

  void expect_loss_and_readout(const std::string& form, const LossAndGradient<double>& result) const {
    EXPECT_NEAR(scale_ * result.loss, golden_[form + "loss"].get<double>(), 1e-12);
    const Json& readout = golden_[form + "BPTT_readout"];
    const MatrixXd weights = matrix_of(readout["Wo"]), bias = matrix_of(readout["bo"]);
    EXPECT_LE((scale_ * result.gradient.block("W_out") - weights).norm() / weights.norm(), 1e-12);
    EXPECT_LE((scale_ * result.gradient.block("b_out") - bias).norm() / bias.norm(), 1e-12);
  }

  MatrixXd random_feedback() const { return matrix_of(golden_["B_feedback"]).transpose(); }

  Json golden_;
  std::unique_ptr<RecurrentNetwork<double>> voltage_, rate_;
  TrialBatch<double> batch_;
  double scale_ = 0;
};

TEST_F(GoldenGradients, loss_and_readout) {
  expect_loss_and_readout("v:", run(*voltage_, "bptt"));
  expect_loss_and_readout("r:", run(*rate_, "bptt"));
}

TEST_F(GoldenGradients, voltage_form) {
  for (const auto& [name, rule] : {std::pair{"v:BPTT=RTRL", "bptt"},
                                   {"v:SnAp-1", "snap1"},
                                   {"v:SnAp-1", "snap1/every=5"},
                                   {"v:e-prop symmetric", "eprop"},
                                   {"v:e-prop symmetric", "eprop/every=5"},
                                   {"v:MDGL cell W instant", "mdgl/weights=cell,hop=instant"},
                                   {"v:MDGL cell W filtered", "mdgl/weights=cell,hop=filtered"}})
    expect_gradient(name, run(*voltage_, rule).gradient);
}

TEST_F(GoldenGradients, rate_form) {
  for (const auto& [name, rule] : {std::pair{"r:BPTT=RTRL", "bptt"},
                                   {"r:SnAp-1", "snap1"},
                                   {"r:SnAp-1", "snap1/every=5"},
                                   {"r:RFLO symmetric", "rflo/feedback=symmetric"},
                                   {"r:RFLO symmetric", "rflo/feedback=symmetric,every=5"}})
    expect_gradient(name, run(*rate_, rule).gradient);
}

// Given matrices in place of what a rule would draw or compute for itself.
TEST_F(GoldenGradients, points_with_given_weights) {
  using Credit = RecurrentCredit<double>;
  const MatrixXd types = matrix_of(golden_["Wab"]);
  const MatrixXd symmetric = voltage_->parameters().block("W_out").transpose();
  for (const auto& [name, credit] :
       {std::pair<const char*, Credit>{"v:MDGL type Wab instant", {CreditPath::given, CreditHops::one, types}},
        {"v:MDGL type Wab filtered", {CreditPath::given, CreditHops::one_filtered, types}},
        {"v:ModProp mu=0.25", {CreditPath::given, CreditHops::all, types, 0.25}}})
    expect_gradient(name, gradient(*voltage_, credit, symmetric));
  const Credit none{CreditPath::none};
  expect_gradient("v:e-prop random B", gradient(*voltage_, none, random_feedback()));
  expect_gradient("r:RFLO random B", gradient(*rate_, none, random_feedback()));
}

TEST_F(GoldenGradients, the_comparison_can_fail) {
  for (auto* network : {voltage_.get(), rate_.get()}) {
    const MatrixXd bptt = matrix_of(golden_[network == rate_.get() ? "r:BPTT=RTRL" : "v:BPTT=RTRL"]["W"]);
    for (const char* rule : {"eprop", "snap1", "mdgl"})
      EXPECT_GT((scale_ * run(*network, rule).gradient.block("W") - bptt).norm() / bptt.norm(), 0.01) << rule;
  }
}

}  // namespace
}  // namespace cohort::test
