#include <cohort/core/decompositions.hpp>
#include <cohort/learning/network_facts.hpp>

#include <support/random_network.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

RateSummary summary_of(const std::string& cell, double input_weight) {
  auto network = random_network<double>(cell, 1, 1);
  for (const ParameterBlock& block : network->parameters().layout.blocks())
    if (block.role != ParameterRole::input) network->parameters().block(block.name).setZero();
  network->parameters().block("W_in").setConstant(input_weight);
  network->forward(MatrixXd::Ones(2, 300), 3);
  return rate_summary<double>(*network);
}

TEST(RateSummary, tells_silent_and_saturated_units) {
  const RateSummary silent = summary_of("lif/units=6,threshold=1e6", 1);
  EXPECT_EQ(silent.silent, 1);
  EXPECT_EQ(silent.saturated, 0);
  EXPECT_EQ(silent.mean, 0);
  const RateSummary full = summary_of("lif/units=6,threshold=0.5,refractory=4,tau=2", 1e3);
  EXPECT_EQ(full.saturated, 1) << "as often as refractoriness lets them";
  EXPECT_NEAR(full.mean, 0.25, 0.02);
  EXPECT_EQ(summary_of("ctrnn/units=6,tau=2,activation=tanh", 1e3).saturated, 1);
  EXPECT_EQ(summary_of("ctrnn/units=6,tau=2,activation=tanh", -1e3).saturated, 1) << "whatever the sign";
  EXPECT_EQ(summary_of("ctrnn/units=6,tau=2,activation=relu", 1e3).saturated, 0) << "no limit";
  EXPECT_EQ(summary_of("ctrnn/units=6,tau=2,activation=relu", -1).silent, 1);
  const RateSummary normal = summary_of("ctrnn/units=6,tau=2,activation=tanh", 0.5);
  EXPECT_EQ(normal.silent + normal.saturated, 0);
  EXPECT_GT(normal.mean, 0.3);
}

TEST(RateSummary, is_a_share_of_the_units) {
  auto network = random_network<double>("ctrnn/units=4,activation=tanh,tau=1", 1, 1);
  network->parameters().values.setZero();
  network->parameters().block("W_in") << 0, 0, 100, 0.5;
  network->forward(MatrixXd::Ones(2, 40), 2);
  const RateSummary rates = rate_summary<double>(*network);
  EXPECT_EQ(rates.silent, 0.5);
  EXPECT_EQ(rates.saturated, 0.25);
  EXPECT_NEAR(rates.mean, (1 + std::tanh(0.5)) / 4, 1e-9);
}

TEST(WeightSummary, is_that_of_the_weights_as_units_feel_them) {
  for (const std::string cell : {"ctrnn/units=30", "ctrnn/units=30,dale=true", "ctrnn/units=30,rank=3",
                                 "ctrnn/units=30,sparsity=0.3", "gru/units=20", "lstm/units=20"}) {
    const auto network = random_network<double>(cell, 2, 1);
    double radius = 0, square = 0;
    for (const MatrixXd& weights : network->recurrent_matrices()) {
      radius = std::max(radius, weights.eigenvalues().cwiseAbs().maxCoeff());
      square += weights.squaredNorm();
    }
    const WeightSummary summary = weight_summary<double>(*network);
    EXPECT_NEAR(summary.radius, radius, 1e-5 * radius) << cell;
    EXPECT_NEAR(summary.norm, std::sqrt(square), 1e-12 * summary.norm) << cell;
  }
}

}  // namespace
}  // namespace cohort::test
