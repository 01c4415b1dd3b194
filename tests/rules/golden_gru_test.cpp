// Gradients of a gated recurrent unit that were computed outside Cohort. There h = (1-z) h + z n, so that z is one
// minus Cohort's: the weights of its gate change sign.

#include <support/recurrent.hpp>

#include <support/golden_rules.hpp>
#include <support/networks.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

class GoldenGru : public testing::Test {
 protected:
  void SetUp() override {
    COHORT_SKIP_WITHOUT(GoldenRules::path());
    golden_.emplace();
    const auto& json = golden_->json();
    network_ = test::recurrent<double>("gru/units=6", 3, 2);
    auto& parameters = network_->parameters();
    for (const auto& [gate, sign] : kGates) {
      const MatrixXd weights = sign * GoldenRules::matrix(json["gru_params"][gate]);
      parameters.block("W_" + gate) = weights.leftCols(6);
      parameters.block("W_in_" + gate) = weights.rightCols(3);
      parameters.block("b_" + gate) = sign * GoldenRules::matrix(json["gru_bias"][gate]);
    }
    parameters.block("W_out") = GoldenRules::matrix(json["params"]["Wo"]);
    parameters.block("b_out") = GoldenRules::matrix(json["params"]["bo"]);
    batch_ = golden_->batch();
  }

  LossAndGradient<double> result_of(const std::string& rule) {
    return rule_gradient<double>(rule, *network_, batch_, LossKind::mean_squared_error);
  }

  /// Theirs is half a sum, ours a mean.
  double scale() const { return batch_.mask.sum() / 2; }

  /// Of the weights of one gate: |ours - theirs| / |theirs|.
  double difference(const std::string& name, const std::string& gate, double sign,
                    const ParameterSet<double>& gradient) const {
    const MatrixXd expected = GoldenRules::matrix(golden_->json()[name][gate]);
    EXPECT_GT(expected.norm(), 1e-2);
    MatrixXd found(6, 9);
    found << MatrixXd(gradient.block("W_" + gate)), MatrixXd(gradient.block("W_in_" + gate));
    return (sign * scale() * found - expected).norm() / expected.norm();
  }

  static inline const std::vector<std::pair<std::string, double>> kGates{{"r", 1}, {"z", -1}, {"n", 1}};
  std::optional<GoldenRules> golden_;
  std::unique_ptr<RecurrentNetwork<double>> network_;
  TrialBatch<double> batch_;
};

TEST_F(GoldenGru, loss) {
  EXPECT_NEAR(scale() * result_of("bptt").loss, golden_->json()["gru:loss"].get<double>(), 1e-12);
}

TEST_F(GoldenGru, bptt) {
  const auto gradient = result_of("bptt").gradient;
  for (const auto& [gate, sign] : kGates) EXPECT_LE(difference("gru:BPTT", gate, sign, gradient), 1e-12) << gate;
}

TEST_F(GoldenGru, eprop) {
  const auto gradient = result_of("eprop").gradient;
  for (const auto& [gate, sign] : kGates) EXPECT_LE(difference("gru:e-prop", gate, sign, gradient), 1e-12) << gate;
}

TEST_F(GoldenGru, the_comparison_can_fail) {
  const auto gradient = result_of("eprop").gradient;
  for (const auto& [gate, sign] : kGates) EXPECT_GT(difference("gru:BPTT", gate, sign, gradient), 0.02) << gate;
}

}  // namespace
}  // namespace cohort::test
