#include <cohort/rules/three_factor.hpp>

#include <support/errors.hpp>
#include <support/rule_update.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

using testing::HasSubstr;

constexpr Index kInputs = 2, kOutputs = 1, kSteps = 15, kUnits = 5;
const std::string kCell = "ctrnn/units=5,tau=3,activation=tanh";

TrialBatch<double> one_trial() {
  return random_batch<double>(LossKind::mean_squared_error, kInputs, kOutputs, kSteps, 1);
}

/// The change by the second update of a rule on the same trial.
ParameterSet<double> second_update(const std::string& rule_name, RecurrentNetwork<double>& network) {
  const auto rule = learning_rules<double>().make(rule_name);
  rule->check(network);
  rule->begin(network, rule_stream());
  UpdateOptions options;
  next_update(*rule, network, one_trial(), options);
  options.update = 1;
  return next_update(*rule, network, one_trial(), options);
}

TEST(ThreeFactor, reads_its_polynomial) {
  const auto terms = plasticity_terms("[3,3,-1, 0, 5 ,2.5e-1]");
  ASSERT_EQ(terms.size(), 2U);
  EXPECT_EQ(terms[1].rate_power, 0);
  EXPECT_EQ(terms[1].deviation_power, 5);
  EXPECT_EQ(terms[1].theta, 0.25);
  const auto error_of = [](const std::string& text) { return user_error([&] { plasticity_terms(text); }); };
  EXPECT_THAT(error_of("3,3,-1"), HasSubstr("brackets"));
  EXPECT_THAT(error_of("[3,3]"), HasSubstr("threes"));
  EXPECT_THAT(error_of("[3,6,1]"), HasSubstr("whole numbers from 0 to 5"));
  EXPECT_THAT(error_of("[1.5,3,1]"), HasSubstr("whole numbers from 0 to 5"));
  for (const std::string text : {"[3,x,1]", "[]", "[3,3,1,]", "[3 3 1]", "[3,3,inf]"})
    EXPECT_THAT(error_of(text), HasSubstr("must be numbers")) << text;
  EXPECT_THAT(user_error([] { learning_rules<double>().make("three_factor/theta=[9,9,9]"); }),
              HasSubstr("theta=[9,9,9] is not possible for three_factor"));
}

TEST(ThreeFactor, is_its_definition) {
  auto network = random_network<double>(kCell, kInputs, kOutputs);
  const auto batch = one_trial();
  const auto& p = network->parameters();
  VectorXd x = p.block("a_0"), mean = x;
  MatrixXd e = MatrixXd::Zero(kUnits, kUnits + 1);
  double error = 0, weight = 0;
  for (Index step = 0; step < kSteps; ++step) {
    VectorXd r(kUnits + 1);
    r << x.array().tanh().matrix(), 1;
    const VectorXd drive =
        p.block("W") * r.head(kUnits) + p.block("W_in") * batch.inputs.col(step).head(kInputs) + p.block("b");
    x += (drive - x) / 3;
    for (Index i = 0; i < kUnits; ++i) {
      const double fall = mean[i] - x[i];
      for (Index j = 0; j <= kUnits; ++j)
        e(i, j) += -e(i, j) / 6 + 0.5 * fall + 2 * r[j] * r[j] - 3 * std::pow(r[j], 5) * fall * fall * fall * fall;
      mean[i] = 0.2 * mean[i] + 0.8 * x[i];
    }
    const double y = (p.block("W_out") * x.array().tanh().matrix() + p.block("b_out"))(0);
    error += batch.mask(0, step) * std::abs(y - batch.targets(0, step));
    weight += batch.mask(0, step);
  }
  error /= weight;
  const MatrixXd expected = 1e-2 * (0.25 * error - error) * e;  // R = -error, its mean after one trial a quarter of it
  ASSERT_GT(expected.norm(), 1e-4);
  const ParameterSet<double> step = second_update(
      "three_factor/theta=[0,1,0.5,2,0,2,5,4,-3],rate=1e-2,tau=6,trace=0.2,warm_up=0,pulse_probability=0", *network);
  EXPECT_LE((-step.block("W") - expected.leftCols(kUnits)).norm(), 1e-12 * expected.norm());
  EXPECT_LE((-step.block("b") - expected.rightCols(1)).norm(), 1e-12 * expected.norm());
  for (const char* fixed : {"W_in", "W_out", "b_out", "a_0"}) EXPECT_TRUE(step.block(fixed).isZero(0)) << fixed;
}

TEST(ThreeFactor, has_reward_hebbian_among_its_points) {
  auto network = random_network<double>(kCell, kInputs, kOutputs);
  const VectorXd hebbian =
      second_update("reward_hebbian/rate=1,max_change=1e6,warm_up=0,pulse_probability=0.1", *network).values;
  const std::string rule = "three_factor/rate=1,warm_up=0,pulse_probability=0.1,tau=";
  const VectorXd same = second_update(rule + "1e12", *network).values;
  ASSERT_GT(same.norm(), 1e-6);
  // Parallel: reward_hebbian multiplies by the mean error in addition.
  EXPECT_NEAR(cosine(same, hebbian), 1, 1e-9);
  EXPECT_LT(cosine(second_update(rule + "2", *network).values, hebbian), 0.999) << "forgetting traces are others";
}

}  // namespace
}  // namespace cohort::test
