#include <support/random_network.hpp>
#include <support/scalar_drive.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

/// The equations, one number at a time: h_0 .. h_T of one trial.
MatrixXd rates_by_definition(const ParameterSet<double>& p, const MatrixXd& inputs) {
  const Index n = p.block("c_0").rows();
  MatrixXd h = MatrixXd::Zero(n, inputs.cols() + 1);
  VectorXd c = p.block("c_0");
  for (Index t = 1; t <= inputs.cols(); ++t) {
    const VectorXd before = h.col(t - 1), x = inputs.col(t - 1).head(3);
    for (Index unit = 0; unit < n; ++unit) {
      const auto drive = [&](const std::string& gate) {
        return scalar_drive(p, unit, "W_" + gate, before, "W_in_" + gate, x, "b_" + gate);
      };
      c[unit] = scalar_sigmoid(drive("f")) * c[unit] + scalar_sigmoid(drive("i")) * std::tanh(drive("g"));
      h(unit, t) = scalar_sigmoid(drive("o")) * std::tanh(c[unit]);
    }
  }
  return h;
}

TEST(Lstm, forward_follows_its_equations) {
  for (const int n_units : {1, 5, 16, 33}) {
    const auto network = random_network<double>("lstm/units=" + std::to_string(n_units), 3, 2);
    const MatrixXd inputs = scalar_test_inputs(12, 3);
    network->forward(inputs, 3);
    for (Index trial = 0; trial < 3; ++trial) {
      const MatrixXd own = inputs(Eigen::all, Eigen::seqN(trial, 12, 3));
      const MatrixXd rates = network->trajectory().rates.matrix()(Eigen::all, Eigen::seqN(trial, 13, 3));
      const MatrixXd expected = rates_by_definition(network->parameters(), own);
      EXPECT_LE((rates - expected).norm(), 1e-13 * expected.norm()) << n_units;
      ParameterSet<double> other = network->parameters();
      std::swap(other.block("b_i")(0), other.block("b_f")(0));
      EXPECT_GT((rates - rates_by_definition(other, own)).norm(), 1e-4 * expected.norm()) << "gates are told apart";
    }
  }
}

TEST(Lstm, the_memory_starts_at_its_learned_value_and_the_output_at_zero) {
  const auto network = random_network<double>("lstm/units=5", 3, 2);
  const VectorXd state = network->cell().initial_state(network->parameters());
  EXPECT_EQ(state.size(), 10);
  EXPECT_EQ(VectorXd(state.head(5)), VectorXd(network->parameters().block("c_0")));
  EXPECT_GT(state.head(5).norm(), 0.1);
  EXPECT_TRUE(state.tail(5).isZero(0));
}

}  // namespace
}  // namespace cohort::test
