#include <cohort/learning/regularizer_list.hpp>
#include <cohort/learning/regularizers.hpp>
#include <cohort/learning/state_writer.hpp>

#include <support/random_network.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

/// A pass of a random network over random inputs.
class Regularizers : public testing::Test {
 protected:
  Regularizers() : network_(random_network<double>("ctrnn/units=5,activation=tanh", 2, 1)) {
    inputs_ = MatrixXd::Random(3, 4 * 6);
    inputs_.row(2).setOnes();
    mean_square_rate_ = network_->forward(inputs_, 6).mean_square_rate;
  }

  RegularizedPass<double> pass() const {
    return {.network = *network_, .mean_square_rate = mean_square_rate_, .n_columns = 24, .dt_ms = 10};
  }

  /// Value and learning signal of the list that `options` ask for.
  std::pair<RegularizerValues, DirectCredit<double>> credit(const TrainingOptions& options) const {
    RegularizerList<double> list(options);
    RegularizerValues values;
    list.begin_update();
    auto direct = list.credit(pass(), values);
    return {values, direct};
  }

  std::unique_ptr<Network<double>> network_;
  MatrixXd inputs_;
  double mean_square_rate_;
};

TEST_F(Regularizers, by_key_and_by_name_are_the_same) {
  TrainingOptions by_key, by_name;
  by_key.activity_penalty = 0.3;
  by_key.rate_penalty = 0.2;
  by_key.rate_target_hz = 7;
  by_key.l2 = 0.1;
  by_name.regularizers = {"activity_penalty/weight=0.3", "rate_penalty/weight=0.2,target_hz=7", "l2/weight=0.1"};
  const auto [values, direct] = credit(by_key);
  const auto [other_values, other_direct] = credit(by_name);
  EXPECT_GT(values.activity_penalty, 0);
  EXPECT_GT(values.regularizer, 0);
  EXPECT_EQ(values.activity_penalty, other_values.activity_penalty);
  EXPECT_EQ(values.regularizer, other_values.regularizer);
  EXPECT_EQ(direct.rate_weight, other_direct.rate_weight);
  EXPECT_EQ(direct.offset, other_direct.offset);
  ParameterSet<double> a(network_->parameters().layout), b(network_->parameters().layout);
  RegularizerValues of_a, of_b;
  RegularizerList<double>(by_key).add_gradient(network_->parameters(), a, of_a);
  RegularizerList<double>(by_name).add_gradient(network_->parameters(), b, of_b);
  EXPECT_EQ(a.values, b.values);
  EXPECT_GT(a.values.norm(), 0);
  EXPECT_EQ(of_a.regularizer, of_b.regularizer);
}

TEST_F(Regularizers, add_up) {
  TrainingOptions one, two;
  one.regularizers = {"rate_penalty/weight=0.2"};
  two.regularizers = {"rate_penalty/weight=0.2", "rate_penalty/weight=0.6"};
  const auto [value, direct] = credit(one);
  const auto [values, directs] = credit(two);
  EXPECT_NEAR(values.regularizer, 4 * value.regularizer, 1e-14);
  EXPECT_LE((directs.offset - 4 * direct.offset).norm(), 1e-14);
}

/// By definition, and its derivative by central differences of the rates.
TEST_F(Regularizers, the_rate_penalty_per_trial_is_the_mean_over_trials_of_their_own) {
  const auto [values, direct] = credit([] {
    TrainingOptions options;
    options.rate_penalty = 0.4;
    options.rate_target_hz = 20;  // 0.2 per step
    options.rate_penalty_per = RatePenaltyPer::trial;
    return options;
  }());
  const MatrixXd rates = network_->representation(0, 4).transpose();  // [unit x trial * step]
  double expected = 0;
  MatrixXd credit_of_a_step(5, 6);
  for (Index trial = 0; trial < 6; ++trial) {
    const VectorXd excess = rates.middleCols(4 * trial, 4).rowwise().mean().array() - 0.2;
    expected += 0.4 / 2 * excess.squaredNorm() / 6;
    credit_of_a_step.col(trial) = 0.4 * excess / 4 / 6;
  }
  EXPECT_NEAR(values.regularizer, expected, 1e-14);
  EXPECT_LE((direct.trial_offset - credit_of_a_step).norm(), 1e-14);
  EXPECT_EQ(direct.offset.size(), 0);
  TrainingOptions by_name;
  by_name.regularizers = {"rate_penalty/weight=0.4,target_hz=20,per=trial"};
  EXPECT_EQ(credit(by_name).second.trial_offset, direct.trial_offset);
  TrainingOptions batch;
  batch.regularizers = {"rate_penalty/weight=0.4,target_hz=20"};
  EXPECT_LT(credit(batch).first.regularizer, values.regularizer) << "trials differ";
}

TEST_F(Regularizers, l2_is_of_weights_and_leaves_biases_and_starts_alone) {
  network_->parameters().values = VectorXd::LinSpaced(network_->parameters().values.size(), 1, 2);
  TrainingOptions options;
  options.l2 = 0.1;
  ParameterSet<double> gradient(network_->parameters().layout);
  RegularizerValues values;
  RegularizerList<double>(options).add_gradient(network_->parameters(), gradient, values);
  double squares = 0;
  for (const std::string name : {"W", "W_in", "W_out"}) {
    squares += network_->parameters().block(name).squaredNorm();
    EXPECT_LE((gradient.block(name) - 0.1 * network_->parameters().block(name)).norm(), 1e-14) << name;
  }
  for (const std::string name : {"b", "a_0", "b_out"}) EXPECT_TRUE(gradient.block(name).isZero(0)) << name;
  EXPECT_NEAR(values.regularizer, 0.05 * squares, 1e-12);
}

TEST_F(Regularizers, of_which_there_are_none_are_silent) {
  const auto [values, direct] = credit({});
  EXPECT_EQ(values.activity_penalty + values.regularizer, 0);
  EXPECT_EQ(direct.rate_weight, 0);
  EXPECT_EQ(direct.offset.size(), 0);
}

TEST_F(Regularizers, the_activity_penalty_falls_when_it_is_half_the_loss) {
  auto penalty = regularizers<double>().make("activity_penalty/weight=3");
  const auto update = [&](double loss) {
    double value = 0;
    DirectCredit<double> direct;
    penalty->begin_update();
    penalty->add_credit(pass(), direct, value);
    penalty->end_update(loss);
    return value;
  };
  const double first = update(1e9), second = update(0);
  EXPECT_EQ(first, 3 * mean_square_rate_);
  EXPECT_EQ(second, first) << "the loss was large";
  EXPECT_NEAR(update(1e9), first * 2 / 3, 1e-15 * first);
}

}  // namespace
}  // namespace cohort::test
