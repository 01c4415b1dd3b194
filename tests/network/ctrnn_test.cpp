#include <cohort/network/activation.hpp>

#include <support/random_network.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

/// Inputs of `n_trials` trials with their last row of ones.
template <class Scalar>
Matrix<Scalar> random_inputs(Index n_inputs, Index n_steps, Index n_trials) {
  RandomStream stream("test-inputs", "", 1);
  Matrix<Scalar> inputs(n_inputs + 1, n_steps * n_trials);
  for (Index i = 0; i < inputs.size(); ++i) inputs(i) = static_cast<Scalar>(stream.normal());
  inputs.row(n_inputs).setOnes();
  return inputs;
}

double rate_of(Activation activation, double voltage) {
  Eigen::Array<double, 1, 1> a(voltage);
  return visit_activation(activation, [&](auto f) -> Eigen::Array<double, 1, 1> { return f.value(a); })(0);
}

/// The equations, one number at a time: h_0 .. h_T of every trial, laid out like a Trajectory.
MatrixXd rates_by_definition(const ParameterSet<double>& p, const MatrixXd& inputs, Index n_trials,
                             Activation activation, double tau) {
  const auto w = p.block("W"), w_in = p.block("W_in"), b = p.block("b"), a_0 = p.block("a_0");
  const Index n = w.rows(), n_steps = inputs.cols() / n_trials;
  MatrixXd h(n, (n_steps + 1) * n_trials), a(n, (n_steps + 1) * n_trials);
  for (Index trial = 0; trial < n_trials; ++trial) {
    for (Index i = 0; i < n; ++i) {
      a(i, trial) = a_0(i);
      h(i, trial) = rate_of(activation, a_0(i));
    }
    for (Index t = 1; t <= n_steps; ++t) {
      for (Index i = 0; i < n; ++i) {
        double drive = b(i);
        for (Index j = 0; j < n; ++j) drive += w(i, j) * h(j, (t - 1) * n_trials + trial);
        for (Index j = 0; j < w_in.cols(); ++j) drive += w_in(i, j) * inputs(j, (t - 1) * n_trials + trial);
        a(i, t * n_trials + trial) = (1 - 1 / tau) * a(i, (t - 1) * n_trials + trial) + drive / tau;
        h(i, t * n_trials + trial) = rate_of(activation, a(i, t * n_trials + trial));
      }
    }
  }
  return h;
}

TEST(Ctrnn, forward_follows_its_equations) {
  for (const auto& [n_units, n_trials] :
       {std::pair<Index, Index>{1, 1}, {2, 5}, {3, 1}, {7, 3}, {16, 17}, {33, 4}, {100, 2}}) {
    for (const std::string& activation : activation_names()) {
      const auto network =
          random_network<double>("ctrnn/units=" + std::to_string(n_units) + ",tau=2.5,activation=" + activation, 3, 2);
      const MatrixXd inputs = random_inputs<double>(3, 11, n_trials);
      network->forward(inputs, n_trials);
      const MatrixXd expected =
          rates_by_definition(network->parameters(), inputs, n_trials, activation_from(activation), 2.5);
      const MatrixXd rates = network->trajectory().rates.matrix();
      ASSERT_EQ(rates.cols(), 12 * n_trials);
      EXPECT_LE((rates - expected).norm(), 1e-13 * (1 + expected.norm())) << n_units << " " << activation;
      // The comparison can fail: another time constant is noticed.
      const MatrixXd other =
          rates_by_definition(network->parameters(), inputs, n_trials, activation_from(activation), 2.6);
      if (n_units > 2) {
        EXPECT_GT((rates - other).norm(), 1e-4 * expected.norm()) << n_units << " " << activation;
      }
    }
  }
}

TEST(Ctrnn, a_network_used_for_batches_of_changing_size_keeps_nothing_of_the_batch_before) {
  const auto network = random_network<float>("ctrnn/units=20,tau=3", 3, 2);
  const Matrix<float> large = random_inputs<float>(3, 30, 40), small = random_inputs<float>(3, 5, 2);
  const Matrix<float> first = network->forward(small, 2).outputs;
  network->forward(large, 40);
  EXPECT_EQ(network->forward(small, 2).outputs, first);
}

template <class Scalar>
void expect_independent_of_the_batch(const std::string& cell) {
  constexpr Index n_trials = 13, n_steps = 19;
  const auto network = random_network<Scalar>(cell, 3, 4);
  const Matrix<Scalar> inputs = random_inputs<Scalar>(3, n_steps, n_trials);
  network->forward(inputs, n_trials);
  const Matrix<Scalar> rates = network->trajectory().rates.matrix();
  const Matrix<Scalar> outputs = network->forward(inputs, n_trials).outputs;
  ASSERT_NE(outputs.col(0), outputs.col(1));
  for (Index trial = 0; trial < n_trials; ++trial) {
    const auto columns = Eigen::seqN(trial, n_steps, n_trials);
    const Matrix<Scalar> alone = inputs(Eigen::all, columns);
    EXPECT_EQ(network->forward(alone, 1).outputs, Matrix<Scalar>(outputs(Eigen::all, columns))) << cell << " " << trial;
    const Matrix<Scalar> rates_alone = network->trajectory().rates.matrix();
    EXPECT_EQ(rates_alone, Matrix<Scalar>(rates(Eigen::all, Eigen::seqN(trial, n_steps + 1, n_trials)))) << cell;
  }
}

TEST(Ctrnn, a_trial_alone_is_bit_for_bit_the_trial_in_a_batch) {
  for (const std::string units : {"5", "16", "50", "100", "130"}) {
    for (const std::string& activation : activation_names()) {
      expect_independent_of_the_batch<float>("ctrnn/tau=3,units=" + units + ",activation=" + activation);
      expect_independent_of_the_batch<double>("ctrnn/tau=3,units=" + units + ",activation=" + activation);
    }
  }
}

class CtrnnMap : public testing::TestWithParam<std::string> {
 protected:
  static constexpr Index kUnits = 12, kInputs = 3;
  const std::unique_ptr<RecurrentNetwork<double>> network_ =
      random_network<double>("ctrnn/units=12,tau=4,activation=" + GetParam(), kInputs, 2);
  const Cell<double>& cell_ = network_->cell();
  const ParameterSet<double>& parameters_ = network_->parameters();

  const std::unique_ptr<CellMap<double>> map_ = cell_.map(parameters_, kInputs);

  MatrixXd random_states(Index n) const {
    RandomStream stream("test-states", "", 1);
    return MatrixXd::NullaryExpr(kUnits, n, [&] { return stream.normal(); });
  }
  MatrixXd step(const MatrixXd& states) const {
    MatrixXd next(states.rows(), states.cols());
    map_->step(states, next);
    return next;
  }
};
INSTANTIATE_TEST_SUITE_P(All, CtrnnMap, testing::ValuesIn(activation_names()));

TEST_P(CtrnnMap, steps_walk_along_the_forward_pass) {
  const MatrixXd inputs = random_inputs<double>(kInputs, 9, 1);
  network_->forward(inputs, 1);
  MatrixXd state = cell_.initial_state(parameters_), rates;
  for (Index t = 0; t < 9; ++t) {
    map_->set_input(inputs.col(t).head(kInputs));
    state = step(state);
    cell_.rates(state, rates);
    EXPECT_LE((rates - network_->trajectory().rates.matrix().col(t + 1)).norm(), 1e-13) << t;
  }
  EXPECT_GT(rates.norm(), 1e-2);
}

TEST_P(CtrnnMap, steps_of_many_states_are_those_of_each) {
  const MatrixXd states = random_states(6), together = step(states);
  for (Index c = 0; c < states.cols(); ++c) EXPECT_EQ(together.col(c), step(states.col(c)));
}

TEST_P(CtrnnMap, derivatives_agree_with_finite_differences) {
  const VectorXd state = random_states(1);
  map_->set_input(VectorXd::LinSpaced(kInputs, -1, 1));
  MatrixXd jacobian(kUnits, kUnits), pulled(kUnits, kUnits);
  map_->jacobian(state, jacobian);
  map_->pull_back(state, MatrixXd::Identity(kUnits, kUnits), pulled);
  constexpr double length = 1e-6;
  for (Index j = 0; j < kUnits; ++j) {
    const VectorXd difference = length * VectorXd::Unit(kUnits, j);
    const VectorXd slope = (step(state + difference) - step(state - difference)) / (2 * length);
    EXPECT_LE((jacobian.col(j) - slope).norm(), 1e-8) << j;
  }
  EXPECT_LE((pulled - jacobian.transpose()).norm(), 1e-13);
  EXPECT_GT((jacobian - jacobian.transpose()).norm(), 1e-2) << "a transposed Jacobian would be noticed";
}

TEST_P(CtrnnMap, the_learned_initial_voltage_is_the_initial_state) {
  EXPECT_EQ(MatrixXd(cell_.initial_state(parameters_)), MatrixXd(parameters_.block("a_0")));
  EXPECT_GT(cell_.initial_state(parameters_).norm(), 0.1);
}

}  // namespace
}  // namespace cohort::test
