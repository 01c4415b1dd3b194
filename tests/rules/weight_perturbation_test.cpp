#include <support/rule_update.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr Index kInputs = 3, kOutputs = 2, kSteps = 7, kTrials = 3;
constexpr double kPenalty = 0.3;
const LossKind kLoss = LossKind::cross_entropy;

UpdateOptions options_of(std::uint64_t seed = 7, std::uint64_t update = 0) {
  UpdateOptions options;
  options.loss = kLoss;
  options.penalty = kPenalty;
  options.seed = seed;
  options.update = update;
  return options;
}

class WeightPerturbationOf : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Cells, WeightPerturbationOf,
                         testing::Values("ctrnn/units=6,tau=4,activation=tanh", "rate/units=6,tau=4",
                                         "ctrnn/units=6,tau=4,activation=tanh,sparsity=0.6,input_fraction=0.5",
                                         "ctrnn/units=6,tau=4,activation=softplus,dale=true,readout_fraction=0.5",
                                         "ctrnn/units=6,tau=4,activation=tanh,rank=2"));

TEST_P(WeightPerturbationOf, is_the_directional_derivative_along_random_signs) {
  auto network = random_network<double>(GetParam(), kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd start = network->parameters().values;
  const VectorXd exact = rule_gradient<double>("bptt", *network, batch, kLoss, kPenalty).gradient.values;
  const VectorXd estimate =
      first_update("weight_perturbation/antithetic=true,sigma=1e-5", *network, batch, options_of()).values;
  EXPECT_EQ(network->parameters().values, start) << "the parameters are put back";
  const double size = estimate.cwiseAbs().maxCoeff();
  ASSERT_GT(size, 1e-4);
  VectorXd signs = (estimate / size).array().round().matrix();
  EXPECT_LE((estimate - size * signs).norm(), 1e-12 * estimate.norm());
  EXPECT_LE(relative_difference<double>(exact.dot(signs) * signs, estimate), 1e-6);
  // What has no effect is left alone, everything else is tried.
  EXPECT_EQ((signs.array() == 0).count(), (exact.array() == 0).count());
  EXPECT_EQ(((signs.array() == 0) && (exact.array() != 0)).count(), 0);
  EXPECT_GT((signs.array() > 0).count(), signs.size() / 5);
  EXPECT_GT((signs.array() < 0).count(), signs.size() / 5);
  // A step that is not small does not pass.
  const VectorXd coarse = first_update("weight_perturbation/sigma=0.1", *network, batch, options_of()).values;
  EXPECT_GT(relative_difference<double>(exact.dot(signs) * signs, coarse), 1e-3);
}

TEST(WeightPerturbation, comes_closer_to_bptt_with_more_samples) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const VectorXd exact = rule_gradient<double>("bptt", *network, batch, kLoss, kPenalty).gradient.values;
  const auto alignment = [&](const std::string& samples) {
    const std::string rule = "weight_perturbation/sigma=1e-4,antithetic=true,samples=" + samples;
    return cosine(first_update(rule, *network, batch, options_of()).values, exact);
  };
  const double few = alignment("10"), some = alignment("200"), many = alignment("4000");
  EXPECT_LT(few, 0.7);
  EXPECT_GT(some, few);
  EXPECT_GT(many, 0.97);
}

TEST(WeightPerturbation, is_keyed_by_run_and_update) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", kInputs, kOutputs);
  const auto batch = random_batch<double>(kLoss, kInputs, kOutputs, kSteps, kTrials);
  const auto values = [&](std::uint64_t seed, std::uint64_t update) {
    return first_update("weight_perturbation/samples=2", *network, batch, options_of(seed, update)).values;
  };
  EXPECT_EQ(values(1, 0), values(1, 0));
  EXPECT_NE(values(1, 0), values(2, 0));
  EXPECT_NE(values(1, 0), values(1, 1));
}

}  // namespace
}  // namespace cohort::test
