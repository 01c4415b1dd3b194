#include <cohort/core/decompositions.hpp>
#include <support/errors.hpp>
#include <support/rule_update.hpp>
#include <support/training.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

using testing::HasSubstr;

/// A periodic target and a small chaotic network.
TrainingPlan plan_of(const std::string& rule, Index updates = 1, Index batch = 1) {
  TrainingPlan plan;
  plan.task = "periodic_target_sussillo_2009/dt=1,period=100,periods=3,start=2";
  plan.cell = "ctrnn/units=20,tau=5,activation=tanh";
  plan.rule = rule;
  plan.options.updates = updates;
  plan.options.batch = batch;
  return plan;
}

/// The paper's loop, number by number: a network M whose output is fed back through u.
struct ExplicitLoop {
  MatrixXd m, w_in;
  VectorXd u, w_out, x, r;
  MatrixXd p;

  void run_trial(const VectorXd& inputs, const VectorXd& targets, Index every) {
    x.setZero();
    r.setZero();
    for (Index step = 0; step < targets.size(); ++step) {
      x += (m * r + u * w_out.dot(r) + w_in * inputs[step] - x) / 5;
      r = x.array().tanh();
      if ((step + 1) % every != 0 && step + 1 != targets.size()) continue;
      const VectorXd k = p * r / (1 + r.dot(p * r));
      const double error = w_out.dot(r) - targets[step];
      p -= k * (r.transpose() * p);
      w_out -= error * k;
    }
  }
};

TEST(Force, is_the_loop_with_fed_back_output) {
  constexpr Index every = 7;  // does not divide the trial
  PlannedTraining<double> training(plan_of("force/every=7,alpha=0.5,feedback=0.8"));
  const ParameterSet<double> start = training.network().parameters();
  const Index n = training.network().n_units();
  Trial trial;
  RandomStream stream("unused", "", 1);
  training.task().training_trial(0, stream, trial);
  auto trainer = training.trainer();
  trainer.update();
  const MatrixXd change = training.network().parameters().block("W") - start.block("W");
  const MatrixXd readout_change = training.network().parameters().block("W_out") - start.block("W_out");
  ASSERT_GT(readout_change.norm(), 1e-2);
  const VectorXd u = change * readout_change.transpose() / readout_change.squaredNorm();
  EXPECT_LE((change - u * readout_change).norm(), 1e-12 * change.norm()) << "W follows W_out through fixed u";
  EXPECT_LE(u.cwiseAbs().maxCoeff(), 0.8);
  EXPECT_GT(u.cwiseAbs().maxCoeff(), 0.5);
  const VectorXd w_out = start.block("W_out").transpose();
  ExplicitLoop loop{start.block("W") - u * w_out.transpose(),
                    start.block("W_in"),
                    u,
                    w_out,
                    VectorXd(n),
                    VectorXd(n),
                    MatrixXd::Identity(n, n) / 0.5};
  trainer.update();  // the second trial starts from rest, P goes on
  loop.run_trial(trial.inputs.row(0), trial.targets.row(0), every);
  loop.run_trial(trial.inputs.row(0), trial.targets.row(0), every);
  const VectorXd learned = training.network().parameters().block("W_out").transpose();
  EXPECT_LE((learned - loop.w_out).norm(), 1e-8 * loop.w_out.norm());
  for (const char* fixed : {"W_in", "b", "a_0", "b_out"})
    EXPECT_EQ(training.network().parameters().block(fixed), start.block(fixed)) << fixed;
}

TEST(Force, without_feedback_is_ridge_regression_on_all_states) {
  for (const bool has_feedback : {false, true}) {
    constexpr double alpha = 0.7;
    PlannedTraining<double> training(
        plan_of(std::string("force/every=1,alpha=0.7,feedback=") + (has_feedback ? "1" : "0"), 1, 2));
    auto& network = training.network();
    TrialBatch<double> batch;
    fill_training_batch(training.task(), training.streams().training, 0, 2, batch);
    network.forward(batch.inputs, 2);
    const MatrixXd rates = network.trajectory().rates.matrix().rightCols(batch.n_columns());
    const MatrixXd start = network.parameters().block("W_out");
    const MatrixXd correlation = rates * rates.transpose() + alpha * MatrixXd::Identity(20, 20);
    const MatrixXd residual = batch.targets - start * rates;
    const MatrixXd expected = start + correlation.ldlt().solve(rates * residual.transpose()).transpose();
    training.trainer().update();
    const double distance = (network.parameters().block("W_out") - expected).norm() / expected.norm();
    if (has_feedback) {
      EXPECT_GT(distance, 1e-2);
    } else {
      EXPECT_LE(distance, 1e-10);
    }
  }
}

TEST(Force, leaves_out_masked_steps_and_teaches_classes_as_one_and_zero) {
  for (const LossKind loss : {LossKind::mean_squared_error, LossKind::cross_entropy}) {
    auto network = random_network<double>("ctrnn/units=6,tau=4,activation=tanh", 2, 3);
    auto batch = random_batch<double>(loss, 2, 3, 5, 1);
    UpdateOptions options;
    options.loss = loss;
    network->forward(batch.inputs, 1);
    const VectorXd r = network->trajectory().rates.matrix().col(5);
    VectorXd target = loss == LossKind::cross_entropy ? VectorXd(VectorXd::Unit(3, batch.classes[4]))
                                                      : VectorXd(batch.targets.col(4));
    const VectorXd error = network->parameters().block("W_out") * r + network->parameters().block("b_out") - target;
    MatrixXd expected = error * r.transpose() / (1 + r.squaredNorm());
    EXPECT_LE((first_update("force", *network, batch, options).block("W_out") - expected).norm(), 1e-12);
    if (loss == LossKind::mean_squared_error) {
      batch.mask(1, 4) = 0;
      batch.targets(1, 4) = std::nan("");
      expected.row(1).setZero();
      EXPECT_LE((first_update("force", *network, batch, options).block("W_out") - expected).norm(), 1e-12);
    }
    batch.mask.col(4).setZero();
    EXPECT_TRUE(first_update("force", *network, batch, options).values.isZero(0));
  }
}

TEST(Force, learns_a_periodic_target) {
  TrainingPlan plan = plan_of("force/alpha=1", 40);
  plan.task = "periodic_target_sussillo_2009/period=200,periods=3,start=2";
  plan.cell = "ctrnn/units=100,tau=10,activation=tanh";
  plan.options.evaluate_every = 40;
  const TrainingRecord record = PlannedTraining<float>(plan).train();
  EXPECT_EQ(record.status, RunStatus::done) << record.message;
  EXPECT_GT(curve_of(record, "error").front(), 0.8);
  EXPECT_LT(curve_of(record, "error").back(), 0.05);
}

TEST(Force, needs_every_weight_free) {
  const auto error_of = [](const std::string& cell) {
    const auto network = random_network<double>("ctrnn/units=9," + cell, 2, 1);
    const auto rule = learning_rules<double>().make("force");
    return user_error([&] { rule->check(*network); });
  };
  EXPECT_THAT(error_of("dale=true"), HasSubstr("force cannot train ctrnn with dale"));
  EXPECT_THAT(error_of("sparsity=0.5"), HasSubstr("missing connections"));
  EXPECT_THAT(error_of("self_connections=false"), HasSubstr("missing connections"));
  EXPECT_THAT(error_of("rank=2"), HasSubstr("low rank"));
  EXPECT_THAT(error_of("tau_out=5"), HasSubstr("a leaky readout"));
  EXPECT_EQ(error_of("tau=[2,5]"), "no error");
}

}  // namespace
}  // namespace cohort::test
