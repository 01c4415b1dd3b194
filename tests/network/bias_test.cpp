#include <support/random_network.hpp>

#include <cohort/network/drive_reach.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

class WithoutBias : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Cells, WithoutBias,
                         testing::Values("alif/units=6", "ctrnn/units=6", "gru/units=6", "lif/units=6", "lstm/units=6",
                                         "rate/units=6", "ctrnn/units=6,tau_out=3"));

bool is_bias(const ParameterBlock& block) {
  return block.role == ParameterRole::bias || block.role == ParameterRole::readout_bias;
}

TEST_P(WithoutBias, a_network_runs_as_one_whose_biases_are_zero) {
  const auto without = random_network<double>(GetParam() + ",bias=false", 2, 3);
  const auto with = random_network<double>(GetParam(), 2, 3);
  with->parameters().values = without->parameters().values;
  const MatrixXd inputs = [] {
    RandomStream stream("test-inputs", "", 1);
    MatrixXd drawn = MatrixXd::NullaryExpr(3, 40, [&] { return stream.normal(); });
    drawn.row(2).setOnes();
    return drawn;
  }();
  const MatrixXd found = without->forward(inputs, 2).outputs;
  EXPECT_NE(found, with->forward(inputs, 2).outputs) << "biases are drawn, and matter";
  for (const ParameterBlock& block : with->parameters().layout.blocks())
    if (is_bias(block)) with->parameters().block(block.name).setZero();
  EXPECT_EQ(found, with->forward(inputs, 2).outputs);
}

TEST_P(WithoutBias, no_bias_has_an_effect_and_everything_else_has) {
  const auto network = random_network<double>(GetParam() + ",bias=false", 2, 3);
  const VectorXd effective = effective_parameters(*network);
  for (const ParameterBlock& block : network->parameters().layout.blocks()) {
    const auto here = effective.segment(block.offset, block.rows * block.cols);
    if (is_bias(block)) {
      EXPECT_TRUE(here.isZero(0)) << block.name;
    } else {
      EXPECT_GT(here.sum(), 0) << block.name;
    }
  }
  ParameterSet<double> gradient(network->parameters().layout);
  network->forward(MatrixXd::Ones(3, 8), 2);
  network->add_readout_gradient(MatrixXd::Ones(3, 8), gradient);
  EXPECT_TRUE(gradient.block("b_out").isZero(0));
}

}  // namespace
}  // namespace cohort::test
