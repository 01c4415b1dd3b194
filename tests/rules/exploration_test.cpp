#include <support/recurrent.hpp>

#include <cohort/learning/exploration.hpp>

#include <support/rule_update.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr Index kUnits = 40, kSteps = 300, kTrials = 3;
constexpr double kTau = 5;

Parameters parameters_of(const std::string& probability) {
  Description d;
  d.name = "exploration";
  Exploration<double>::describe(d);
  return {d, {{"pulse_probability", probability}, {"pulse", "2"}, {"trace", "0.3"}}};
}

/// The pulses of one update as units that add nothing of their own feel them: no weights, no bias,
/// x_t = (1-α) x_{t-1} + α pulse.
MatrixXd pulses_of(const std::string& probability, std::uint64_t seed, std::uint64_t update) {
  RecurrentNetwork<double> network =
      std::move(*test::recurrent<double>("ctrnn/units=40,tau=5,activation=linear", 1, 1));
  const auto batch = random_batch<double>(LossKind::mean_squared_error, 1, 1, kSteps, kTrials);
  Exploration<double> exploration(parameters_of(probability));
  exploration.begin(network, rule_stream(seed));
  const auto& activity = network.forward(batch.inputs, kTrials);
  const Matrix<double> error = activity.outputs;
  TemporalContext<double> context{network, batch, activity, error};
  context.update = update;
  exploration.run(context);
  const MatrixXd states = network.trajectory().states.matrix();
  const Index n = kSteps * kTrials;
  return kTau * (states.rightCols(n) - (1 - 1 / kTau) * states.leftCols(n));
}

TEST(Exploration, pulses_are_rare_uniform_and_independent) {
  const MatrixXd pulses = pulses_of("0.01", 1, 0);
  const auto n_pulses = static_cast<double>((pulses.array().abs() > 1e-9).count());
  EXPECT_NEAR(n_pulses, 0.01 * static_cast<double>(pulses.size()), 4 * std::sqrt(n_pulses));
  EXPECT_LE(pulses.cwiseAbs().maxCoeff(), 2);
  EXPECT_GT(pulses.maxCoeff(), 1.9);
  EXPECT_LT(pulses.minCoeff(), -1.9);
  EXPECT_NEAR(pulses.squaredNorm() / n_pulses, 4.0 / 3, 0.2);
  // Every trial, the first and the last unit and step get some.
  for (Index trial = 0; trial < kTrials; ++trial)
    EXPECT_GT(pulses(Eigen::all, Eigen::seqN(trial, kSteps, kTrials)).norm(), 1);
  const MatrixXd dense = pulses_of("0.9", 1, 0);
  for (const auto& edge : {dense.row(0).eval(), dense.row(kUnits - 1).eval()}) EXPECT_GT(edge.norm(), 1);
  EXPECT_GT(dense.leftCols(kTrials).norm(), 1);
  EXPECT_GT(dense.rightCols(kTrials).norm(), 1);
}

TEST(Exploration, pulses_are_keyed_by_run_and_update) {
  EXPECT_EQ(pulses_of("0.01", 1, 0), pulses_of("0.01", 1, 0));
  EXPECT_NE(pulses_of("0.01", 1, 0), pulses_of("0.01", 2, 0));
  EXPECT_NE(pulses_of("0.01", 1, 0), pulses_of("0.01", 1, 1));
  EXPECT_LE(pulses_of("0", 1, 0).norm(), 1e-12);
}

}  // namespace
}  // namespace cohort::test
