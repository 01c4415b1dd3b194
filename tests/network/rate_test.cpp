#include <cohort/network/activation.hpp>

#include <support/random_network.hpp>
#include <support/scalar_drive.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

/// The equations, one number at a time: h_0 .. h_T of one trial. Every unit has its own α.
MatrixXd rates_by_definition(const ParameterSet<double>& p, const MatrixXd& inputs, const VectorXd& alpha) {
  const Index n = p.block("h_0").rows();
  MatrixXd h(n, inputs.cols() + 1);
  h.col(0) = p.block("h_0");
  for (Index t = 1; t <= inputs.cols(); ++t) {
    const VectorXd before = h.col(t - 1), x = inputs.col(t - 1).head(3);
    for (Index i = 0; i < n; ++i)
      h(i, t) = (1 - alpha[i]) * before[i] + alpha[i] * std::tanh(scalar_drive(p, i, "W", before, "W_in", x, "b"));
  }
  return h;
}

TEST(Rate, forward_follows_its_equations) {
  for (const auto& [tau, alpha] :
       {std::pair<std::string, Eigen::Array3d>{"4", {0.25, 0.25, 0.25}}, {"[1,2,8]", {1, 0.5, 0.125}}}) {
    const auto network = random_network<double>("rate/units=15,activation=tanh,tau=" + tau, 3, 2);
    const MatrixXd inputs = scalar_test_inputs(12, 3);
    network->forward(inputs, 3);
    for (Index trial = 0; trial < 3; ++trial) {
      const MatrixXd own = inputs(Eigen::all, Eigen::seqN(trial, 12, 3));
      const MatrixXd rates = network->trajectory().rates.matrix()(Eigen::all, Eigen::seqN(trial, 13, 3));
      const VectorXd dealt = alpha.matrix().replicate(5, 1);
      const MatrixXd expected = rates_by_definition(network->parameters(), own, dealt);
      EXPECT_LE((rates - expected).norm(), 1e-13 * expected.norm()) << tau;
      EXPECT_GT((rates - rates_by_definition(network->parameters(), own, 0.9 * dealt)).norm(), 1e-3 * expected.norm())
          << "another time constant is noticed";
    }
  }
}

}  // namespace
}  // namespace cohort::test
