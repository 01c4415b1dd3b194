#include <cohort/dynamics/flossing.hpp>
#include <cohort/dynamics/flossing_term.hpp>
#include <cohort/dynamics/lyapunov.hpp>
#include <cohort/dynamics/network_map.hpp>

#include <support/cell_variants.hpp>
#include <support/errors.hpp>
#include <support/golden_dynamics.hpp>
#include <support/random_network.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::golden_dynamics;
using test::golden_network;
using test::GoldenRules;
using test::random_matrix;

TEST(Flossing, has_the_golden_losses_and_gradients) {
  COHORT_SKIP_WITHOUT(test::golden_dynamics_path("flossing.json"));
  const auto cases = golden_dynamics("flossing.json")["cases"];
  for (const auto& [name, golden] : cases.items()) {
    SCOPED_TRACE(name);
    // The vanilla network's state is h = tanh x, its start x_0.
    const bool is_rate = golden["kind"] == "vanilla";
    const double alpha = golden["sizes"]["alpha"];
    const std::string cell =
        is_rate ? "rate/units=6,tau=1,activation=tanh" : fmt::format("ctrnn/units=6,activation=tanh,tau={}", 1 / alpha);
    const auto network = golden_network(cell, 2, 1, golden["parameters"]);
    const VectorXd rates = GoldenRules::matrix(golden["parameters"]["a_0"]).reshaped().array().tanh();
    if (is_rate) network->parameters().block("h_0") = rates;
    ParameterSet<double> gradient(network->parameters().layout);
    const FlossingLoss found = Flossing(*network).add_gradient(GoldenRules::matrix(golden["inputs"]).transpose(),
                                                               GoldenRules::matrix(golden["Q_0"]),
                                                               golden["sizes"]["T0"], golden["target"], 1, gradient);
    EXPECT_NEAR(found.loss, golden["loss"].get<double>(), 1e-12);
    EXPECT_LT((found.exponents - test::golden_vector(golden["exponents"])).norm(), 1e-12);
    if (is_rate) gradient.block("h_0").array() *= (1 - rates.array().square());
    for (const char* block : {"W", "W_in", "b", "a_0"}) {
      const MatrixXd expected = GoldenRules::matrix(golden["gradient"][block]);
      const MatrixXd own = gradient.block(is_rate && std::string(block) == "a_0" ? "h_0" : block);
      EXPECT_LT((own - expected).norm(), 1e-7 * expected.norm()) << block;
      EXPECT_GT(expected.norm(), 1e-6) << block;
    }
  }
}

/// The loss alone, from the exponents of the other implementation.
double loss_of(const RecurrentNetwork<double>& network, const MatrixXd& inputs, Index k, Index n_transient,
               double target) {
  NetworkMap map(network, VectorXd::Zero(network.n_inputs()));
  LyapunovOptions options;
  options.n_exponents = k;
  options.n_transient = n_transient;
  const VectorXd start = network.cell().initial_state(network.parameters());
  return (lyapunov_spectrum(map, start, inputs, options).exponents.array() - target).square().mean();
}

TEST(Flossing, is_the_derivative_of_the_spectrum_for_every_smooth_cell) {
  const MatrixXd inputs = random_matrix(2, 12, 5);
  for (const std::string& cell :
       {"ctrnn/units=5,tau=3,activation=softplus", "rate/units=5,tau=2,activation=sigmoid,sparsity=0.7", "gru/units=4",
        "lstm/units=4", "ctrnn/units=6,tau=2,activation=tanh,rank=2", "rate/units=5,dale=true,tau=3"}) {
    SCOPED_TRACE(cell);
    const auto network = test::recurrent<double>(cell, 2, 1);
    network->initialize(*initializations().make("gaussian/gain=1.2"), RandomStream("test", cell, 1));
    ParameterSet<double> gradient(network->parameters().layout);
    const MatrixXd frame = MatrixXd::Identity(network->cell().n_states(), 3);
    const FlossingLoss found = Flossing(*network).add_gradient(inputs, frame, 2, 0.1, 2, gradient);
    EXPECT_NEAR(found.loss, loss_of(*network, inputs, 3, 2, 0.1), 1e-10);
    const VectorXd parameters = network->parameters().values;
    for (std::uint64_t direction = 0; direction < 3; ++direction) {
      const VectorXd v = random_matrix(parameters.size(), 1, 20 + direction);
      const auto at = [&](double moved) {
        network->parameters().values = parameters + moved * v;
        return 2 * loss_of(*network, inputs, 3, 2, 0.1);
      };
      const double h = 1e-5, difference = (at(h) - at(-h)) / (2 * h);
      EXPECT_NEAR(gradient.values.dot(v), difference, 1e-6 * (1 + gradient.values.norm() * v.norm()));
      EXPECT_GT(std::abs(difference), 1e-6);
    }
    network->parameters().values = parameters;
  }
}

TEST(Flossing, draws_exponents_to_their_target) {
  const auto network = test::recurrent<double>("rate/units=12,tau=2,activation=tanh", 2, 1);
  network->initialize(*initializations().make("gaussian/gain=2"), RandomStream("test", "floss", 1));
  const MatrixXd inputs = random_matrix(2, 40, 6), frame = MatrixXd::Identity(12, 4);
  Flossing flossing(*network);
  double first = 0, last = 0;
  for (int update = 0; update < 1000; ++update) {
    ParameterSet<double> gradient(network->parameters().layout);
    last = flossing.add_gradient(inputs, frame, 5, 0, 1, gradient).loss;
    if (update == 0) first = last;
    network->parameters().values -= 0.05 * gradient.values;
  }
  EXPECT_LT(last, 0.1 * first);
}

TEST(Flossing, of_units_at_a_kink_stays_finite_and_of_silent_ones_says_so) {
  const auto network = test::recurrent<double>("ctrnn/units=30,tau=4,activation=relu", 2, 1);
  network->initialize(*initializations().make("gaussian/gain=1"), RandomStream("test", "relu", 1));
  ParameterSet<double> gradient(network->parameters().layout);
  const MatrixXd inputs = random_matrix(2, 60, 7);
  const FlossingLoss found = Flossing(*network).add_gradient(inputs, MatrixXd::Identity(30, 8), 0, 0, 1, gradient);
  EXPECT_TRUE(std::isfinite(found.loss));
  EXPECT_LT(gradient.values.norm(), 100);
  const auto silent = test::recurrent<double>("ctrnn/units=4,tau=1,activation=relu", 2, 1);
  silent->initialize(*initializations().make("gaussian"), RandomStream("test", "silent", 1));
  silent->parameters().values.setZero();
  ParameterSet<double> none(silent->parameters().layout);
  const FlossingLoss nothing = Flossing(*silent).add_gradient(inputs, MatrixXd::Identity(4, 2), 0, 0, 1, none);
  EXPECT_TRUE(std::isnan(nothing.loss));
  EXPECT_EQ(nothing.exponents[0], -std::numeric_limits<double>::infinity());
  EXPECT_EQ(none.values.norm(), 0);
  silent->parameters().values.setConstant(1e6);  // and of those that explode
  const FlossingLoss exploded = Flossing(*silent).add_gradient(inputs, MatrixXd::Identity(4, 2), 0, 0, 1, none);
  EXPECT_TRUE(std::isnan(exploded.loss) && std::isnan(exploded.exponents[0]));
  EXPECT_EQ(none.values.norm(), 0);
}

TEST(FlossingTerm, acts_alone_at_first_and_then_now_and_then) {
  FlossingSettings settings;
  settings.exponents = 50;
  settings.before = 3;
  settings.every = 4;
  settings.trials = 2;
  const auto made = [&] {
    auto network = test::recurrent<double>("rate/units=5,tau=2", 2, 1);
    network->initialize(*initializations().make("gaussian/gain=1"), RandomStream("test", "term", 1));
    return network;
  };
  FlossingTerm<double> term(made(), settings);
  std::vector<Index> due, alone;
  for (Index update = 0; update < 12; ++update) {
    if (term.is_due(update)) due.push_back(update);
    if (term.is_due(update) && term.is_alone(update)) alone.push_back(update);
  }
  EXPECT_EQ(due, (std::vector<Index>{0, 1, 2, 3, 7, 11}));
  EXPECT_EQ(alone, (std::vector<Index>{0, 1, 2}));
  TrialBatch<double> trials;
  trials.n_trials = 3, trials.n_steps = 8;
  trials.inputs = MatrixXd::Ones(3, 24);
  trials.inputs.topRows(2) = random_matrix(2, 24, 8);
  const auto network = made();
  ParameterSet<double> gradient(network->parameters().layout), expected = gradient;
  const double value = term.add_gradient(network->parameters(), trials, gradient);
  double mean = 0;
  for (Index trial = 0; trial < 2; ++trial) {
    MatrixXd inputs(2, 8);
    for (Index step = 0; step < 8; ++step) inputs.col(step) = trials.inputs.col(step * 3 + trial).head(2);
    mean += Flossing(*network).add_gradient(inputs, MatrixXd::Identity(5, 5), 0, 0, 0.5, expected).loss / 2;
  }
  EXPECT_NEAR(value, mean, 1e-14);
  EXPECT_LT((gradient.values - expected.values).norm(), 1e-14 * expected.values.norm());
}

TEST(Flossing, refuses_spikes) {
  const auto network = test::recurrent<double>("lif/units=4", 2, 1);
  EXPECT_THAT(test::user_error([&] { Flossing flossing(*network); }), testing::HasSubstr("spikes have no derivative"));
}

}  // namespace
}  // namespace cohort
