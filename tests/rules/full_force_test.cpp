#include <support/errors.hpp>
#include <support/rule_update.hpp>
#include <support/training.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

using testing::HasSubstr;

TrainingPlan plan_of(const std::string& rule, Index updates = 1) {
  TrainingPlan plan;
  plan.task = "periodic_target_sussillo_2009/dt=1,period=100,periods=2,start=2";
  plan.cell = "ctrnn/units=20,tau=5,activation=tanh";
  plan.rule = rule;
  plan.options.updates = updates;
  plan.options.batch = 1;
  return plan;
}

TEST(FullForce, is_its_definition) {
  constexpr Index every = 7;  // does not divide the trial
  const std::string rule = "full_force/every=7,alpha=0.5,gain=1.3,feedback=0.8";
  PlannedTraining<double> training(plan_of(rule));
  const ParameterSet<double> start = training.network().parameters();
  const Index n = training.network().n_units();
  RandomStream weights = training.streams().rule.substream(0), feedback = training.streams().rule.substream(1);
  MatrixXd j_d(n, n);
  for (Index i = 0; i < j_d.size(); ++i) j_d(i) = 1.3 / std::sqrt(static_cast<double>(n)) * weights.normal();
  VectorXd u_f(n);
  for (Index i = 0; i < n; ++i) u_f[i] = feedback.uniform(-0.8, 0.8);
  Trial trial;
  RandomStream unused("unused", "", 1);
  training.task().training_trial(0, unused, trial);
  auto trainer = training.trainer();
  trainer.update();
  trainer.update();

  MatrixXd w = start.block("W"), p = MatrixXd::Identity(n, n) / 0.5;
  const MatrixXd w_in = start.block("W_in");
  VectorXd w_out = start.block("W_out").transpose();
  for (int repeat = 0; repeat < 2; ++repeat) {
    VectorXd x = VectorXd::Zero(n), x_d = x;
    double heard = 0;
    for (Index step = 0; step < trial.targets.cols(); ++step) {
      const VectorXd r_before = x.array().tanh(), r_d_before = x_d.array().tanh();
      x += (w * r_before + w_in * trial.inputs(0, step) - x) / 5;
      x_d += (j_d * r_d_before + u_f * heard + w_in * trial.inputs(0, step) - x_d) / 5;
      heard = trial.targets(0, step);
      if ((step + 1) % every != 0 && step + 1 != trial.targets.cols()) continue;
      const VectorXd r = x.array().tanh(), r_d = x_d.array().tanh(), k = p * r / (1 + r.dot(p * r));
      p -= k * (r.transpose() * p);
      w -= (w * r - j_d * r_d - u_f * heard) * k.transpose();
      w_out -= (w_out.dot(r) - heard) * k;
    }
  }
  const ParameterSet<double>& learned = training.network().parameters();
  ASSERT_GT((w - start.block("W")).norm(), 0.1);
  EXPECT_LE((learned.block("W") - w).norm(), 1e-8 * w.norm());
  EXPECT_LE((learned.block("W_out").transpose() - w_out).norm(), 1e-8 * w_out.norm());
  for (const char* fixed : {"W_in", "b", "a_0", "b_out"}) EXPECT_EQ(learned.block(fixed), start.block(fixed)) << fixed;
}

TEST(FullForce, hears_nothing_where_nothing_is_asked) {
  auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", 2, 2);
  auto batch = random_batch<double>(LossKind::mean_squared_error, 2, 2, 5, 3);
  const VectorXd free = first_update("full_force", *network, batch).values;
  batch.targets.leftCols(3).setConstant(std::nan(""));  // masked by random_batch
  EXPECT_EQ(first_update("full_force", *network, batch).values, free);
  batch.mask.setZero();
  const ParameterSet<double> silent = first_update("full_force", *network, batch);
  EXPECT_TRUE(silent.block("W_out").isZero(0));
  EXPECT_GT(silent.block("W").norm(), 1e-3) << "the recurrent weights still imitate the driven network";
}

TEST(FullForce, learns_a_periodic_target) {
  TrainingPlan plan = plan_of("full_force", 20);
  plan.task = "periodic_target_sussillo_2009/period=200,periods=3,start=2";
  plan.cell = "ctrnn/units=100,tau=10,activation=tanh";
  plan.options.evaluate_every = 20;
  const TrainingRecord record = PlannedTraining<float>(plan).train();
  EXPECT_EQ(record.status, RunStatus::done) << record.message;
  EXPECT_GT(curve_of(record, "error").front(), 0.8);
  EXPECT_LT(curve_of(record, "error").back(), 0.05);
}

TEST(FullForce, needs_every_weight_free) {
  const auto network = random_network<double>("ctrnn/units=9,dale=true", 2, 1);
  const auto rule = learning_rules<double>().make("full_force");
  EXPECT_THAT(user_error([&] { rule->check(*network); }), HasSubstr("full_force cannot train ctrnn with dale"));
}

}  // namespace
}  // namespace cohort::test
