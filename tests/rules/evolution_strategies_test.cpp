#include <cohort/rules/evolution_strategies.hpp>

#include <cohort/core/normal_fill.hpp>

#include <support/rule_update.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace cohort::test {
namespace {

constexpr Index kInputs = 3, kOutputs = 2, kSteps = 7, kTrials = 3;
const LossKind kLoss = LossKind::mean_squared_error;

TEST(EvolutionStrategies, ranks_are_centred_and_ties_share_theirs) {
  using testing::ElementsAre;
  EXPECT_THAT(centred_ranks({30, 10, 20}), ElementsAre(0.5, -0.5, 0));
  EXPECT_THAT(centred_ranks({1, 2, 2, 2, 9}), ElementsAre(-0.5, 0, 0, 0, 0.5));
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(centred_ranks({infinity, 3, infinity}), ElementsAre(0.25, -0.5, 0.25));
  EXPECT_THAT(centred_ranks({7}), ElementsAre(0));
}

/// The rule as the paper writes it, one member of the population after the other.
VectorXd expected_update(RecurrentNetwork<double>& network, const TrialBatch<double>& batch, int n_pairs, double sigma,
                         double penalty) {
  const VectorXd start = network.parameters().values;
  std::vector<VectorXd> directions;
  std::vector<double> costs;
  for (int pair = 0; pair < n_pairs; ++pair) {
    VectorXd direction(start.size());
    fill_normal(rule_stream().substream(0), static_cast<std::uint64_t>(pair), direction.data(), direction.size());
    for (const double sign : {1.0, -1.0}) {
      directions.push_back(sign * direction);
      network.parameters().values = start + sigma * directions.back();
      costs.push_back(regularized_loss<double>(network, batch, kLoss, penalty));
    }
  }
  network.parameters().values = start;
  VectorXd update = VectorXd::Zero(start.size());
  const auto n = static_cast<double>(costs.size());
  for (std::size_t i = 0; i < costs.size(); ++i) {
    double rank = 0;
    for (const double other : costs) rank += other < costs[i];
    update += (rank / (n - 1) - 0.5) * directions[i] / (n * sigma);
  }
  return update;
}

TEST(EvolutionStrategies, is_its_definition) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd start = network->parameters().values;
  UpdateOptions options;
  options.penalty = 0.3;
  const VectorXd update = first_update("evolution_strategies/population=9,sigma=0.05", *network, batch, options).values;
  EXPECT_EQ(network->parameters().values, start) << "the parameters are put back";
  EXPECT_LE(relative_difference<double>(update, expected_update(*network, batch, 9, 0.05, 0.3)), 1e-12);
  EXPECT_GT(relative_difference<double>(update, expected_update(*network, batch, 8, 0.05, 0.3)), 1e-2);
}

TEST(EvolutionStrategies, comes_closer_to_the_direction_of_bptt_with_a_larger_population) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd exact = rule_gradient<double>("bptt", *network, batch, kLoss).gradient.values;
  const auto alignment = [&](const std::string& pairs) {
    const std::string rule = "evolution_strategies/sigma=1e-3,population=" + pairs;
    return cosine(first_update(rule, *network, batch).values, exact);
  };
  const double few = alignment("10"), many = alignment("3000");
  EXPECT_LT(few, 0.7);
  EXPECT_GT(many, 0.95);
}

TEST(EvolutionStrategies, ignores_the_scale_of_the_loss) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  UpdateOptions larger;
  larger.loss_scale = 8;
  EXPECT_EQ(first_update("evolution_strategies", *network, batch).values,
            first_update("evolution_strategies", *network, batch, larger).values);
  EXPECT_NE(first_update("weight_perturbation", *network, batch).values,
            first_update("weight_perturbation", *network, batch, larger).values);
}

TEST(EvolutionStrategies, leaves_missing_connections_alone) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh,sparsity=0.6", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd update = first_update("evolution_strategies", *network, batch).values;
  const VectorXd exact = rule_gradient<double>("bptt", *network, batch, kLoss).gradient.values;
  EXPECT_GT((exact.array() == 0).count(), 3);
  EXPECT_TRUE(((update.array() == 0) == (exact.array() == 0)).all());
}

TEST(EvolutionStrategies, is_keyed_by_run_and_update) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const auto values = [&](std::uint64_t seed, std::uint64_t update) {
    UpdateOptions options;
    options.seed = seed;
    options.update = update;
    return first_update("evolution_strategies/population=2", *network, batch, options).values;
  };
  EXPECT_EQ(values(1, 0), values(1, 0));
  EXPECT_NE(values(1, 0), values(2, 0));
  EXPECT_NE(values(1, 0), values(1, 1));
}

}  // namespace
}  // namespace cohort::test
