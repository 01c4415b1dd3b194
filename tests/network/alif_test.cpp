#include <support/recurrent.hpp>

#include <support/spiking_reference.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr Index kUnits = 10;

SpikingReference reference(double tau, double tau_adaptation, const VectorXd& beta) {
  SpikingReference result;
  result.alpha = VectorXd::Constant(kUnits, std::exp(-1 / tau));
  result.rho = VectorXd::Constant(kUnits, std::exp(-1 / tau_adaptation));
  result.beta = beta;
  return result;
}

/// The last half of the units adapts.
VectorXd half(double beta) {
  return VectorXd::NullaryExpr(kUnits, [beta](Index i) { return i < kUnits / 2 ? 0 : beta; });
}

/// Units that deal β = 0, 0.05 and 0.2.
VectorXd dealt() {
  return VectorXd::NullaryExpr(kUnits, [](Index i) { return i % 3 == 0 ? 0 : i % 3 == 1 ? 0.05 : 0.2; });
}

constexpr const char* kCell = "alif/units=10,tau=4,threshold=0.1,tau_adaptation=15";

TEST(Alif, forward_follows_its_equations) {
  for (const Index refractory : {0, 3}) {
    for (const auto& [text, beta] : {std::pair<const char*, VectorXd>{"beta=0.1", VectorXd::Constant(kUnits, 0.1)},
                                     {"beta=0.1,adaptive=0.5", half(0.1)},
                                     {"beta=[0,0.05,0.2]", dealt()}}) {
      SpikingReference expected = reference(4, 15, beta);
      expected.refractory = refractory;
      const std::string cell = fmt::format("{},{},refractory={}", kCell, text, refractory);
      const SpikeComparison comparison = compare_spikes(cell, expected);
      EXPECT_EQ(comparison.n_different, 0) << cell;
      EXPECT_GT(comparison.rate, 0.03) << cell;
      EXPECT_LT(comparison.rate, 0.7) << cell;
      expected.rho *= 0.9;
      EXPECT_GT(compare_spikes(cell, expected).n_different, 0) << "another adaptation is noticed";
    }
  }
}

TEST(Alif, time_constants_of_adaptation_may_differ_between_units) {
  SpikingReference expected = reference(4, 15, VectorXd::Constant(kUnits, 0.1));
  for (Index i = 0; i < kUnits; ++i) expected.rho[i] = std::exp(-1 / (i % 2 == 0 ? 5.0 : 30.0));
  EXPECT_EQ(compare_spikes("alif/units=10,tau=4,threshold=0.1,tau_adaptation=[5,30],beta=0.1,refractory=0", expected)
                .n_different,
            0);
}

TEST(Alif, a_unit_under_constant_drive_slows_down) {
  RecurrentNetwork<double> network =
      std::move(*test::recurrent<double>("alif/units=1,tau_adaptation=100,beta=0.02,refractory=0", 1, 1));
  network.parameters().block("W_in").setConstant(1);
  network.forward(MatrixXd::Constant(2, 400, 0.5), 1);
  const auto spikes = network.trajectory().rates.matrix().row(0).tail(400);
  EXPECT_GT(spikes.head(50).sum(), 1.5 * spikes.tail(50).sum());
  EXPECT_GT(spikes.tail(50).sum(), 0);
}

TEST(Alif, eprop_is_the_sum_of_learning_signals_times_explicit_eligibility_traces) {
  for (const double tau_out : {0.0, 5.0}) {
    for (const Index refractory : {0, 3}) {
      SpikingReference expected = reference(4, 15, half(0.1));
      expected.refractory = refractory;
      const double kappa = tau_out > 0 ? std::exp(-1 / tau_out) : 0;
      const std::string cell =
          fmt::format("{},beta=0.1,adaptive=0.5,refractory={},tau_out={}", kCell, refractory, tau_out);
      EXPECT_LE(compare_eprop(cell, expected, kappa).to_traces, 1e-12) << cell;
      EXPECT_GT(compare_eprop(cell, expected, kappa).to_bptt, 0.05) << cell;
    }
  }
}

// The slow trace of the adaptive threshold is what lets e-prop bridge long delays (Bellec et al. 2020): it must count.
TEST(Alif, eprop_without_the_trace_of_the_adaptation_differs) {
  const SpikingReference whole = reference(4, 15, VectorXd::Constant(kUnits, 0.1));
  const std::string cell = fmt::format("{},beta=0.1,refractory=0", kCell);
  const SpikingTrials trials;
  const auto network = random_network<double>(cell, trials.kInputs, 2);
  const auto course = whole.run(network->parameters(), trials.inputs_of(0));
  const MatrixXd signal = spiking_test_matrix(kUnits, trials.n_steps, "signal");
  SpikingReference without = whole;
  without.beta.setZero();
  const MatrixXd with_trace = whole.eprop(course, trials.inputs_of(0), signal, 0);
  EXPECT_GT((with_trace - without.eprop(course, trials.inputs_of(0), signal, 0)).norm(), 0.05 * with_trace.norm());
}

TEST(Alif, units_fire_with_default_parameters) {
  RecurrentNetwork<float> network = std::move(*test::recurrent<float>("alif", 10, 2));
  network.initialize(*initializations().make("gaussian"), RandomStream("init", "test", 1));
  Matrix<float> inputs = spiking_test_matrix(11, 200 * 8, "inputs").cast<float>();
  inputs.row(10).setOnes();
  network.forward(inputs, 8);
  const Vector<float> rates = network.mean_rates();
  EXPECT_GT(rates.mean(), 0.01);
  EXPECT_LT(rates.mean(), 0.15);
  EXPECT_LT((rates.array() == 0).count(), 10);
}

}  // namespace
}  // namespace cohort::test
