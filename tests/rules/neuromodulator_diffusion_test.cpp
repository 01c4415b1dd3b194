#include <cohort/rules/neuromodulator_diffusion.hpp>

#include <support/errors.hpp>
#include <support/explicit_trace.hpp>
#include <support/networks.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cohort::test {
namespace {

constexpr Index kInputs = 3, kOutputs = 2, kSteps = 15, kTrials = 4, kUnits = 10;
constexpr double kTau = 4, kPenalty = 0.3, kDecay = 0.75;

NeuromodulatorDiffusion<double> diffusion(std::vector<std::pair<std::string, std::string>> parameters) {
  return NeuromodulatorDiffusion<double>(Parameters(NeuromodulatorDiffusion<double>::description(), parameters));
}

/// What each unit hears, by the definition: one trial, one step, one place and one neighbour at a time.
MatrixXd concentration_at_units(const std::vector<Index>& places, Index height, Index width, const MatrixXd& released,
                                Index first_releasing, Index n_trials) {
  MatrixXd signal(released.rows(), released.cols());
  for (Index trial = 0; trial < n_trials; ++trial) {
    MatrixXd c = MatrixXd::Zero(height, width);
    for (Index column = trial; column < released.cols(); column += n_trials) {
      MatrixXd next = MatrixXd::Zero(height, width);
      for (Index row = 0; row < height; ++row)
        for (Index col = 0; col < width; ++col)
          for (Index down = -1; down <= 1; ++down)
            for (Index right = -1; right <= 1; ++right)
              next((row + down + height) % height, (col + right + width) % width) += kDecay / 9 * c(row, col);
      c = next;
      for (Index unit = 0; unit < released.rows(); ++unit) {
        double& here = c.data()[places[static_cast<std::size_t>(unit)]];
        if (unit >= first_releasing) here += released(unit, column);
      }
      for (Index unit = 0; unit < released.rows(); ++unit)
        signal(unit, column) = c.data()[places[static_cast<std::size_t>(unit)]];
    }
  }
  return signal;
}

/// The rule's gradient on a ctrnn that the readout sees a part of, and what it should be.
void expect_agreement(const std::string& readout_fraction, Index first_releasing, const std::string& feedback) {
  const auto network = random_network<double>(
      "ctrnn/units=10,tau=4,activation=tanh,readout_fraction=" + readout_fraction, kInputs, kOutputs);
  network->parameters().block("W_out").leftCols(first_releasing).setZero();
  const auto batch = random_batch<double>(LossKind::mean_squared_error, kInputs, kOutputs, kSteps, kTrials);
  auto rule = diffusion({{"height", "3"}, {"width", "4"}, {"feedback", feedback}});
  rule.check(*network);
  rule.begin(*network, RandomStream("test-rule", "", 3));
  ErrorFeedback<double> weights(FeedbackAxis{feedback == "random" ? FeedbackKind::random : FeedbackKind::symmetric});
  weights.begin(*network, RandomStream("test-rule", "", 3));
  const auto& activity = network->forward(batch.inputs, kTrials);
  Matrix<double> error;
  Objective<double>(LossKind::mean_squared_error).output_error(batch, activity.outputs, error);
  const double rate_weight = 2 * kPenalty / static_cast<double>(kUnits * batch.n_columns());
  ParameterSet<double> gradient(network->parameters().layout);
  rule.add_gradient({*network, batch, activity, error, {rate_weight}}, gradient);
  const MatrixXd signal =
      concentration_at_units(rule.places(), 3, 4, weights.weights(*network, 0) * error, first_releasing, kTrials);
  ParameterSet<double> expected(network->parameters().layout);
  expected.values = explicit_trace_gradient(*network, batch, error, signal, rate_weight, {CreditPath::none},
                                            Activation::tanh, 1 / kTau);
  expected.block("W_out").leftCols(first_releasing).setZero();
  ASSERT_GT(expected.values.norm(), 1e-3);
  EXPECT_LE(relative_difference<double>(gradient.values, expected.values), 1e-12);
}

TEST(NeuromodulatorDiffusion, agrees_with_its_definition) {
  expect_agreement("1", 0, "symmetric");
  expect_agreement("0.3", 7, "symmetric");
  expect_agreement("0.3", 7, "random");
}

TEST(NeuromodulatorDiffusion, units_out_of_reach_of_feedback_learn_from_what_spreads) {
  const auto network = random_network<double>("ctrnn/units=25,readout_fraction=0.2", kInputs, kOutputs);
  network->parameters().block("W_out").leftCols(20).setZero();
  const auto batch = random_batch<double>(LossKind::mean_squared_error, kInputs, kOutputs, kSteps, kTrials);
  const auto rows = [&](const char* rule) -> MatrixXd {
    return rule_gradient<double>(rule, *network, batch, LossKind::mean_squared_error).gradient.block("W");
  };
  EXPECT_TRUE(rows("eprop").topRows(20).isZero());
  EXPECT_GT(rows("neuromodulator_diffusion").topRows(20).norm(), 1e-4);
  EXPECT_LE((rows("neuromodulator_diffusion/decay=0") - rows("eprop")).norm(), 1e-14 * rows("eprop").norm());
}

TEST(NeuromodulatorDiffusion, a_leaky_readout_filters_what_units_hear) {
  const auto batch = random_batch<double>(LossKind::mean_squared_error, kInputs, kOutputs, kSteps, kTrials);
  const auto network = random_network<double>("alif/units=20,tau_out=5", kInputs, kOutputs);
  ASSERT_GT(network->cell().traits().readout_decay, 0);
  const auto gradient = [&](const std::string& rule) {
    return rule_gradient<double>(rule, *network, batch, LossKind::mean_squared_error, kPenalty).gradient.values;
  };
  ASSERT_GT((gradient("eprop") - gradient("frozen_recurrent")).norm(), 1e-3);
  EXPECT_LE(relative_difference<double>(gradient("neuromodulator_diffusion/decay=0"), gradient("eprop")), 1e-13);
  EXPECT_GT(relative_difference<double>(gradient("neuromodulator_diffusion"), gradient("eprop")), 1e-2);
}

TEST(NeuromodulatorDiffusion, every_unit_has_a_place_of_its_own) {
  const auto network = random_network<double>("ctrnn/units=10", kInputs, kOutputs);
  const auto places = [&](std::uint64_t seed) {
    auto rule = diffusion({});  // 3 × 4
    rule.begin(*network, RandomStream("test-rule", "", seed));
    return rule.places();
  };
  const std::vector<Index> first = places(1);
  EXPECT_EQ(std::set<Index>(first.begin(), first.end()).size(), 10U);
  EXPECT_GE(*std::min_element(first.begin(), first.end()), 0);
  EXPECT_LT(*std::max_element(first.begin(), first.end()), 12);
  EXPECT_EQ(places(1), first);
  EXPECT_NE(places(2), first);
}

TEST(NeuromodulatorDiffusion, a_torus_too_small_is_refused) {
  const auto network = random_network<double>("ctrnn/units=10", kInputs, kOutputs);
  EXPECT_THAT(user_error([&] {
                diffusion({{"height", "3"}, {"width", "3"}}).check(*network);
              }),
              testing::HasSubstr("height=3 and width=3 give 9 places for 10 units"));
  EXPECT_THAT(user_error([] { diffusion({{"height", "3"}}); }), testing::HasSubstr("one side of its torus"));
  EXPECT_NO_THROW(diffusion({}).check(*network));
}

}  // namespace
}  // namespace cohort::test
