// Gradients that were computed outside Cohort, in two or three independent ways each.

#include <support/networks.hpp>
#include <support/shared_data.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace cohort::test {
namespace {

using Json = nlohmann::json;

MatrixXd matrix_of(const Json& rows) {
  if (!rows[0].is_array()) {
    MatrixXd column(rows.size(), 1);
    for (std::size_t i = 0; i < rows.size(); ++i) column(i, 0) = rows[i];
    return column;
  }
  MatrixXd result(rows.size(), rows[0].size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows[i].size(); ++j) result(i, j) = rows[i][j];
  return result;
}

class GoldenRules : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = shared_file("golden/rule_vectors.json");
    COHORT_SKIP_WITHOUT(path);
    std::ifstream(path) >> golden_;
    const Json& p = golden_["params"];
    network_ = std::make_unique<RecurrentNetwork<double>>(
        cells<double>().make("ctrnn/units=6,activation=tanh,tau=3.3333333333333335"), 3, 2);
    auto& parameters = network_->parameters();
    parameters.block("W") = matrix_of(p["W"]);
    parameters.block("W_in") = matrix_of(p["Win"]);
    parameters.block("b") = matrix_of(p["b"]);
    parameters.block("W_out") = matrix_of(p["Wo"]);
    parameters.block("b_out") = matrix_of(p["bo"]);
    TaskInfo info;
    info.n_inputs = 3;
    info.n_outputs = 2;
    resize_batch(info, 2, 12, batch_);
    for (Index step = 0; step < 12; ++step) {
      for (Index trial = 0; trial < 2; ++trial) {
        const Index column = step * 2 + trial;
        batch_.inputs.col(column).head(3) = matrix_of(golden_["x"][step][trial]);
        batch_.targets.col(column) = matrix_of(golden_["ystar"][step][trial]);
        batch_.mask.col(column).setConstant(golden_["mask"][step]);
      }
    }
    // Theirs is half a sum, ours a mean.
    scale_ = batch_.mask.sum() / 2;
  }

  void expect_gradient(const std::string& name, const ParameterSet<double>& gradient) const {
    const Json& expected = golden_.at("v:" + name);
    for (const auto& [theirs, ours] : {std::pair{"W", "W"}, std::pair{"Win", "W_in"}, std::pair{"b", "b"}}) {
      const MatrixXd golden = matrix_of(expected[theirs]);
      ASSERT_GT(golden.norm(), 1e-2);
      EXPECT_LE((scale_ * gradient.block(ours) - golden).norm() / golden.norm(), 1e-12) << name << " " << theirs;
    }
  }

  Json golden_;
  std::unique_ptr<RecurrentNetwork<double>> network_;
  TrialBatch<double> batch_;
  double scale_ = 0;
};

TEST_F(GoldenRules, loss) {
  const auto result = rule_gradient<double>("bptt", *network_, batch_, LossKind::mean_squared_error);
  EXPECT_NEAR(scale_ * result.loss, golden_["v:loss"].get<double>(), 1e-12);
}

TEST_F(GoldenRules, bptt_and_the_readout) {
  const auto result = rule_gradient<double>("bptt", *network_, batch_, LossKind::mean_squared_error);
  expect_gradient("BPTT=RTRL", result.gradient);
  const MatrixXd readout = matrix_of(golden_["v:BPTT_readout"]["Wo"]), bias = matrix_of(golden_["v:BPTT_readout"]["bo"]);
  EXPECT_LE((scale_ * result.gradient.block("W_out") - readout).norm() / readout.norm(), 1e-12);
  EXPECT_LE((scale_ * result.gradient.block("b_out") - bias).norm() / bias.norm(), 1e-12);
}

TEST_F(GoldenRules, eprop_symmetric) {
  const auto result = rule_gradient<double>("eprop", *network_, batch_, LossKind::mean_squared_error);
  expect_gradient("e-prop symmetric", result.gradient);
}

TEST_F(GoldenRules, eprop_with_the_given_random_feedback) {
  Matrix<double> error;
  const auto& activity = network_->forward(batch_.inputs, 2);
  Objective<double>(LossKind::mean_squared_error).output_error(batch_, activity.outputs, error);
  const MatrixXd feedback = matrix_of(golden_["B_feedback"]).transpose();
  ParameterSet<double> gradient(network_->parameters().layout);
  RecurrentCredit<double> credit;
  credit.path = CreditPath::none;
  network_->backward(batch_.inputs, error, feedback, {}, credit, gradient);
  expect_gradient("e-prop random B", gradient);
}

/// The gradient of any point of the family, with the readout's transpose as feedback.
TEST_F(GoldenRules, other_points_of_the_credit_family) {
  using Credit = RecurrentCredit<double>;
  const MatrixXd types = matrix_of(golden_["Wab"]);
  Matrix<double> error;
  const auto& activity = network_->forward(batch_.inputs, 2);
  Objective<double>(LossKind::mean_squared_error).output_error(batch_, activity.outputs, error);
  const MatrixXd feedback = network_->parameters().block("W_out").transpose();
  for (const auto& [name, credit] :
       {std::pair<const char*, Credit>{"SnAp-1", {CreditPath::self, CreditHops::all}},
        {"MDGL cell W instant", {CreditPath::full, CreditHops::one}},
        {"MDGL cell W filtered", {CreditPath::full, CreditHops::one_filtered}},
        {"MDGL type Wab instant", {CreditPath::given, CreditHops::one, types}},
        {"MDGL type Wab filtered", {CreditPath::given, CreditHops::one_filtered, types}},
        {"ModProp mu=0.25", {CreditPath::given, CreditHops::all, types, 0.25}}}) {
    ParameterSet<double> gradient(network_->parameters().layout);
    network_->backward(batch_.inputs, error, feedback, {}, credit, gradient);
    expect_gradient(name, gradient);
  }
}

TEST_F(GoldenRules, the_comparison_can_fail) {
  const auto result = rule_gradient<double>("eprop", *network_, batch_, LossKind::mean_squared_error);
  const MatrixXd bptt = matrix_of(golden_["v:BPTT=RTRL"]["W"]);
  EXPECT_GT((scale_ * result.gradient.block("W") - bptt).norm() / bptt.norm(), 0.1);
}

}  // namespace
}  // namespace cohort::test
