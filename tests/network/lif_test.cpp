#include <support/recurrent.hpp>

#include <cohort/network/surrogate.hpp>

#include <support/spiking_reference.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr Index kUnits = 9;

/// Units that deal the time constants 2, 5 and 12.
VectorXd dealt_time_constants() {
  return VectorXd::NullaryExpr(kUnits, [](Index i) { return i % 3 == 0 ? 2.0 : i % 3 == 1 ? 5.0 : 12.0; });
}

SpikingReference reference(const VectorXd& tau) {
  SpikingReference result;
  result.alpha = (-tau.array().inverse()).exp();
  result.rho = result.beta = VectorXd::Zero(tau.size());
  return result;
}

SpikingReference reference(double tau) { return reference(VectorXd::Constant(kUnits, tau)); }

TEST(Lif, forward_follows_its_equations) {
  for (const Index refractory : {0, 1, 2, 5}) {
    for (const bool scales : {true, false}) {
      for (const bool is_dealt : {false, true}) {
        SpikingReference expected = is_dealt ? reference(dealt_time_constants()) : reference(4);
        expected.theta = scales ? 0.1 : 0.7;
        expected.refractory = refractory;
        expected.scales_drives = scales;
        const std::string cell =
            fmt::format("lif/units=9,tau={},threshold={},refractory={},drive_scale={}", is_dealt ? "[2,5,12]" : "4",
                        expected.theta, refractory, scales ? "leak" : "one");
        const SpikeComparison comparison = compare_spikes(cell, expected);
        EXPECT_EQ(comparison.n_different, 0) << cell;
        EXPECT_GT(comparison.rate, 0.03) << cell;
        EXPECT_LT(comparison.rate, 0.7) << cell;
        expected.alpha *= 0.95;
        EXPECT_GT(compare_spikes(cell, expected).n_different, 0) << "another time constant is noticed";
      }
    }
  }
}

TEST(Lif, a_unit_under_strong_drive_spikes_whenever_refractoriness_lets_it) {
  for (const Index refractory : {0, 1, 2, 3, 7}) {
    RecurrentNetwork<double> network =
        std::move(*test::recurrent<double>(fmt::format("lif/units=1,refractory={}", refractory), 1, 1));
    network.parameters().block("W_in").setConstant(1);
    network.forward(MatrixXd::Constant(2, 43, 10), 1);
    const VectorXd spikes = network.trajectory().rates.matrix().row(0).tail(43).transpose();
    const Index apart = std::max<Index>(refractory, 1);
    for (Index t = 0; t < spikes.size(); ++t) EXPECT_EQ(spikes[t] == 1, t % apart == 0) << refractory << " " << t;
  }
}

TEST(Lif, the_surrogate_derivative_is_what_its_parameters_say) {
  const std::vector<std::pair<std::string, std::function<double(double)>>> forms{
      {"piecewise_linear", [](double x) { return std::max(0.0, 1 - std::abs(x)); }},
      {"fast_sigmoid", [](double x) { return 1 / std::pow(1 + std::abs(x), 2); }},
      {"gaussian", [](double x) { return std::exp(-x * x / 2); }}};
  ASSERT_EQ(forms.size(), surrogate_names().size());
  const SpikingTrials trials;
  for (const auto& [name, form] : forms) {
    for (const Index refractory : {0, 4}) {
      const auto network = random_network<double>(
          fmt::format("lif/units=9,tau=4,threshold=0.1,refractory={},surrogate={},damping=0.4,width=1.7", refractory,
                      name),
          trials.kInputs, 2);
      network->forward(trials.inputs, trials.n_trials);
      SpikingReference expected = reference(4);
      expected.refractory = refractory;
      expected.surrogate = form;
      expected.damping = 0.4;
      expected.width = 1.7;
      const MatrixXd psi = expected.run(network->parameters(), trials.inputs_of(2)).psi;
      Linearization<double> local;
      for (Index step = 0; step < trials.n_steps; ++step) {
        network->cell().linearize(network->trajectory(), step, local);
        EXPECT_LE((local.slope.matrix().col(2) - psi.col(step + 1)).norm(), 1e-12 * psi.norm()) << name << " " << step;
        EXPECT_LE((local.slope_before.matrix().col(2) - psi.col(step)).norm(), 1e-12 * psi.norm()) << name;
      }
      EXPECT_LE(psi.maxCoeff(), 4) << "γ/θ is its height";
      EXPECT_GT(psi.maxCoeff(), 3);
      EXPECT_EQ((psi.array() == 0).any(), refractory > 0 || name == "piecewise_linear");
    }
  }
}

TEST(Lif, eprop_is_the_sum_of_learning_signals_times_explicit_eligibility_traces) {
  for (const double tau_out : {0.0, 5.0}) {
    for (const Index refractory : {0, 3}) {
      SpikingReference expected = reference(dealt_time_constants());
      expected.refractory = refractory;
      const double kappa = tau_out > 0 ? std::exp(-1 / tau_out) : 0;
      const std::string cell =
          fmt::format("lif/units=9,tau=[2,5,12],threshold=0.1,refractory={},tau_out={}", refractory, tau_out);
      EXPECT_LE(compare_eprop(cell, expected, kappa).to_traces, 1e-12) << cell;
      EXPECT_GT(compare_eprop(cell, expected, kappa).to_bptt, 0.05) << cell;
      EXPECT_GT(compare_eprop(cell, expected, kappa + 0.1).to_traces, 1e-3) << "another leak is noticed";
    }
  }
}

TEST(Lif, units_fire_with_default_parameters) {
  RecurrentNetwork<float> network = std::move(*test::recurrent<float>("lif", 10, 2));
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
