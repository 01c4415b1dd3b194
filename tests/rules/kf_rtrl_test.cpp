#include <cohort/rules/kf_rtrl.hpp>

#include <support/forward_rules.hpp>
#include <support/sign_patterns.hpp>

namespace cohort::test {
namespace {

constexpr LossKind kLoss = LossKind::mean_squared_error;
constexpr double kPenalty = 0.3;

class KfRtrlOnCell : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Tiny, KfRtrlOnCell,
                         testing::Values("ctrnn/units=2,tau=3", "rate/units=3,tau=3", "ctrnn/units=2,tau=3,tau_out=2",
                                         "gru/units=2", "lstm/units=2"),
                         test_name);

TEST_P(KfRtrlOnCell, is_rtrl_on_average_over_all_signs) {
  constexpr Index n_steps = 5;
  const auto network = random_network<double>(GetParam(), 2, 2);
  const auto batch = random_batch<double>(kLoss, 2, 2, n_steps, 1);
  const double weight = Objective<double>::total_weight(batch);
  const auto signs = std::make_shared<SignPatterns>(2, n_steps);
  KfRtrl<double> rule(learning_rules<double>().catalogue().parse("kf_rtrl"), signs);
  rule.begin(*network, RandomStream("test", "", 1));
  const VectorXd exact = gradient_in_parts<double>("rtrl", *network, batch, kLoss, kPenalty, 0).values;
  ASSERT_GT(exact.norm(), kGradientFloor);
  VectorXd mean = VectorXd::Zero(exact.size());
  double least = 1e9;
  for (std::uint64_t pattern = 0; pattern < signs->n_patterns(); ++pattern) {
    signs->choose(pattern);
    const VectorXd one = gradient_of<double>(rule, *network, batch, kLoss, weight, kPenalty).values;
    least = std::min(least, relative_difference<double>(one, exact));
    mean += one / static_cast<double>(signs->n_patterns());
  }
  EXPECT_LE(relative_difference<double>(mean, exact), 1e-12);
  EXPECT_GT(least, 1e-3);  // no single pattern is right
}

TEST(KfRtrl, one_draw_is_not_the_gradient_but_the_readout_is) {
  const auto network = random_network<double>("ctrnn/units=8", 2, 2);
  const auto batch = random_batch<double>(kLoss, 2, 2, 12, 2);
  const auto exact = gradient_in_parts<double>("bptt", *network, batch, kLoss, kPenalty, 0);
  const auto drawn = gradient_in_parts<double>("kf_rtrl", *network, batch, kLoss, kPenalty, 0);
  EXPECT_EQ(drawn.block("W_out"), exact.block("W_out"));
  EXPECT_GT((drawn.block("W") - exact.block("W")).norm(), 0.1 * exact.block("W").norm());
}

}  // namespace
}  // namespace cohort::test
