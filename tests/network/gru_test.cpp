#include <support/random_network.hpp>
#include <support/scalar_drive.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

/// The equations, one number at a time: h_0 .. h_T of one trial.
MatrixXd rates_by_definition(const ParameterSet<double>& p, const MatrixXd& inputs,
                             bool keeps_bias_inside_reset = true) {
  const Index n = p.block("h_0").rows();
  MatrixXd h(n, inputs.cols() + 1);
  h.col(0) = p.block("h_0");
  for (Index t = 1; t <= inputs.cols(); ++t) {
    const VectorXd before = h.col(t - 1), x = inputs.col(t - 1).head(3);
    for (Index i = 0; i < n; ++i) {
      const double r = scalar_sigmoid(scalar_drive(p, i, "W_r", before, "W_in_r", x, "b_r"));
      const double z = scalar_sigmoid(scalar_drive(p, i, "W_z", before, "W_in_z", x, "b_z"));
      const double b_hn = p.block("b_hn")(i);
      double recurrent = scalar_drive(p, i, "W_n", before, "", x, "b_hn");
      if (!keeps_bias_inside_reset) recurrent += b_hn / r - b_hn;
      const double candidate = std::tanh(scalar_drive(p, i, "", before, "W_in_n", x, "b_n") + r * recurrent);
      h(i, t) = (1 - z) * candidate + z * before[i];
    }
  }
  return h;
}

TEST(Gru, forward_follows_its_equations) {
  for (const int n_units : {1, 5, 16, 33}) {
    const auto network = random_network<double>("gru/units=" + std::to_string(n_units), 3, 2);
    const MatrixXd inputs = scalar_test_inputs(12, 3);
    network->forward(inputs, 3);
    for (Index trial = 0; trial < 3; ++trial) {
      const MatrixXd own = inputs(Eigen::all, Eigen::seqN(trial, 12, 3));
      const MatrixXd rates = network->trajectory().rates.matrix()(Eigen::all, Eigen::seqN(trial, 13, 3));
      const MatrixXd expected = rates_by_definition(network->parameters(), own);
      EXPECT_LE((rates - expected).norm(), 1e-13 * expected.norm()) << n_units;
      EXPECT_GT((rates - rates_by_definition(network->parameters(), own, false)).norm(), 1e-3 * expected.norm())
          << "a bias b_hn outside the reset gate is noticed";
    }
  }
}

TEST(Gru, has_the_parameters_of_pytorch_with_the_two_biases_of_a_gate_in_one_where_they_only_add) {
  const auto network = random_network<double>("gru/units=5", 3, 2);
  std::vector<std::string> names;
  for (const ParameterBlock& block : network->parameters().layout.blocks()) names.push_back(block.name);
  EXPECT_EQ(names, (std::vector<std::string>{"W_r", "W_z", "W_n", "W_in_r", "W_in_z", "W_in_n", "b_r", "b_z", "b_n",
                                             "b_hn", "h_0", "W_out", "b_out"}));
}

}  // namespace
}  // namespace cohort::test
