#include <support/recurrent.hpp>

#include <support/random_network.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

template <class Scalar>
RecurrentNetwork<Scalar> started(const std::string& cell, Index n_inputs, Index n_outputs, std::uint64_t seed = 1) {
  RecurrentNetwork<Scalar> network = std::move(*test::recurrent<Scalar>(cell, n_inputs, n_outputs));
  network.initialize(*initializations().make("gaussian"), RandomStream("init", "test", seed));
  return network;
}

TEST(RecurrentNetwork, input_weights_start_normal_with_variance_one_over_n_inputs) {
  const auto network = started<double>("ctrnn/units=1000", 9, 2);
  const MatrixXd scaled = network.parameters().block("W_in") * 3;
  const double size = static_cast<double>(scaled.size());
  ASSERT_EQ(scaled.size(), 9000);
  EXPECT_NEAR(scaled.mean(), 0, 4 / std::sqrt(size));
  EXPECT_NEAR(scaled.array().square().mean(), 1, 4 * std::sqrt(2 / size));
  EXPECT_NEAR(scaled.array().square().square().mean(), 3, 4 * std::sqrt(96 / size));
}

TEST(RecurrentNetwork, readout_starts_uniform_within_one_over_root_n) {
  const auto network = started<double>("ctrnn/units=900", 3, 5);
  const MatrixXd scaled = network.parameters().block("W_out") * 30;
  const double size = static_cast<double>(scaled.size());
  ASSERT_EQ(scaled.size(), 4500);
  EXPECT_LE(scaled.cwiseAbs().maxCoeff(), 1);
  EXPECT_GT(scaled.cwiseAbs().maxCoeff(), 0.99);
  EXPECT_NEAR(scaled.mean(), 0, 4 / std::sqrt(3 * size));
  EXPECT_NEAR(scaled.array().square().mean(), 1.0 / 3, 4 * std::sqrt(4.0 / 45 / size));
}

TEST(RecurrentNetwork, biases_and_the_initial_voltage_start_at_zero) {
  auto network = started<float>("ctrnn/units=30", 3, 2);
  network.parameters().values.setOnes();
  network.initialize(*initializations().make("orthogonal"), RandomStream("init", "test", 1));
  for (const char* name : {"b", "a_0", "b_out"}) EXPECT_TRUE(network.parameters().block(name).isZero(0)) << name;
  for (const char* name : {"W", "W_in", "W_out"}) EXPECT_FALSE(network.parameters().block(name).isOnes()) << name;
}

TEST(RecurrentNetwork, recurrent_weights_are_those_of_the_initialization) {
  const auto network = started<double>("ctrnn/units=25", 3, 2);
  RandomStream own = RandomStream("init", "test", 1).substream(0);
  MatrixXd expected(25, 25);
  initializations().make("gaussian")->fill(own, expected);
  EXPECT_EQ(MatrixXd(network.parameters().block("W")), expected);
}

TEST(RecurrentNetwork, float_and_double_start_alike) {
  const auto exact = started<double>("ctrnn/units=40", 3, 2);
  const auto rounded = started<float>("ctrnn/units=40", 3, 2);
  EXPECT_EQ(exact.parameters().cast<float>().values, rounded.parameters().values);
  EXPECT_NE(exact.parameters().values, started<double>("ctrnn/units=40", 3, 2, 2).parameters().values);
}

TEST(RecurrentNetwork, outputs_are_the_linear_readout_of_the_rates) {
  const auto network = random_network<double>("ctrnn/units=21,tau=3", 3, 4);
  MatrixXd inputs = MatrixXd::Random(4, 6 * 5);
  inputs.row(3).setOnes();
  const auto& activity = network->forward(inputs, 5);
  ASSERT_EQ(activity.n_steps, 6);
  const MatrixXd rates = network->trajectory().rates.matrix().rightCols(30);
  const MatrixXd expected =
      (network->parameters().block("W_out") * rates).colwise() + VectorXd(network->parameters().block("b_out"));
  EXPECT_LE((activity.outputs - expected).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_NEAR(activity.mean_square_rate, rates.array().square().mean(), 1e-14);
  EXPECT_GT(activity.mean_square_rate, 1e-3);
}

TEST(RecurrentNetwork, outputs_of_a_leaky_readout_are_filtered) {
  constexpr Index n_steps = 15, n_trials = 3;
  const auto network = random_network<double>("ctrnn/units=8,tau=2,tau_out=4", 3, 2);
  MatrixXd inputs = MatrixXd::Random(4, n_steps * n_trials);
  inputs.row(3).setOnes();
  const MatrixXd outputs = network->forward(inputs, n_trials).outputs;
  const double kappa = std::exp(-0.25);
  EXPECT_NEAR(network->cell().traits().readout_decay, kappa, 1e-15);
  const MatrixXd w_out = network->parameters().block("W_out");
  for (Index trial = 0; trial < n_trials; ++trial) {
    VectorXd filtered = VectorXd::Zero(2);
    for (Index step = 0; step < n_steps; ++step) {
      const VectorXd rates = network->trajectory().rates.matrix().col((step + 1) * n_trials + trial);
      filtered = kappa * filtered + (1 - kappa) * w_out * rates;
      const VectorXd expected = filtered + VectorXd(network->parameters().block("b_out"));
      EXPECT_LE((outputs.col(step * n_trials + trial) - expected).norm(), 1e-13) << step;
    }
    EXPECT_GT(filtered.norm(), 1e-2);
  }
}

// The rates before a part still show in its outputs.
TEST(RecurrentNetwork, the_gradient_of_a_leaky_readout_is_the_sum_of_those_of_the_parts) {
  constexpr Index n_trials = 3, n_steps = 12;
  const auto network = random_network<double>("ctrnn/units=8,tau=2,tau_out=4", 3, 2);
  MatrixXd inputs = MatrixXd::Random(4, n_steps * n_trials);
  inputs.row(3).setOnes();
  const MatrixXd error = MatrixXd::Random(2, n_steps * n_trials);
  ParameterSet<double> whole(network->parameters().layout), parts = whole, last_part = whole;
  network->forward(inputs, n_trials);
  network->add_readout_gradient(error, whole);
  ForwardOptions<double> options;
  for (Index first = 0; first < n_steps; first += 4) {
    options.carry_on = first > 0;
    network->forward(inputs.middleCols(first * n_trials, 4 * n_trials), n_trials, options);
    network->add_readout_gradient(error.middleCols(first * n_trials, 4 * n_trials), parts);
  }
  EXPECT_LE((parts.values - whole.values).norm(), 1e-13 * whole.values.norm());
  network->add_readout_gradient(error.rightCols(4 * n_trials), last_part);
  ParameterSet<double> afresh(network->parameters().layout);
  network->forward(inputs.rightCols(4 * n_trials), n_trials);
  network->add_readout_gradient(error.rightCols(4 * n_trials), afresh);
  EXPECT_GT((last_part.values - afresh.values).norm(), 0.05 * afresh.values.norm()) << "the past counts";
}

TEST(RecurrentNetwork, representation_is_condition_by_time_with_time_fastest) {
  constexpr Index n_trials = 3, n_steps = 8, first = 2, n = 4;
  const auto network = random_network<float>("ctrnn/units=10,tau=2", 2, 1);
  Matrix<float> inputs = Matrix<float>::Random(3, n_steps * n_trials);
  inputs.row(2).setOnes();
  network->forward(inputs, n_trials);
  const Matrix<float> representation = network->representation(first, n);
  ASSERT_EQ(representation.rows(), n_trials * n);
  ASSERT_EQ(representation.cols(), 10);
  for (Index trial = 0; trial < n_trials; ++trial) {
    Matrix<float> alone(3, n_steps);
    for (Index step = 0; step < n_steps; ++step) alone.col(step) = inputs.col(step * n_trials + trial);
    network->forward(alone, 1);
    for (Index step = 0; step < n; ++step) {
      // Column 0 of the trajectory is the initial state, so the rates after step s are in column s + 1.
      const Vector<float> rates = network->trajectory().rates.matrix().col(first + step + 1);
      EXPECT_EQ(Vector<float>(representation.row(trial * n + step)), rates) << trial << " " << step;
      EXPECT_GT(rates.norm(), 0);
    }
  }
}

}  // namespace
}  // namespace cohort::test
