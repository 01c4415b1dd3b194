#include <support/recurrent.hpp>

#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/trainer.hpp>

#include <support/easy_task.hpp>
#include <support/networks.hpp>
#include <support/probe.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace cohort::test {
namespace {

using testing::HasSubstr;

/// What the tests vary; the rest of a training is the same in all of them.
struct Choices {
  LossKind loss = LossKind::mean_squared_error;
  std::string rule = "bptt";
  std::string optimizer = "adam/rate=0.02";
  std::uint64_t seed = 1;
  TrainingOptions options{120, 8, 1, 0, 0, 1e6};
  SnapshotPlan plan{};
  std::string cell = "ctrnn/units=20,tau=2,activation=tanh";
};

/// Everything one training needs.
template <class Scalar>
class Training {
 public:
  explicit Training(const Choices& choices)
      : choices_(choices),
        task_(choices.loss),
        network_(std::move(*test::recurrent<Scalar>(choices.cell, 1, task_.info().n_outputs))),
        rule_(learning_rules<Scalar>().make(choices.rule)),
        optimizer_(optimizers<Scalar>().make(choices.optimizer)),
        streams_{RandomStream("data", "easy", choices.seed), RandomStream("evaluation", "easy", 1),
                 RandomStream("rule", choices.rule, choices.seed), RandomStream("noise", "", 1)} {
    network_.initialize(*initializations().make("gaussian/gain=0.8"), RandomStream("init", "easy", choices.seed));
    const auto& watching = choices.options.alignment.rules;
    if (!watching.empty()) probe_.emplace(probe_of<Scalar>(watching));
  }

  Trainer<Scalar> trainer() {
    return {task_,       network_,         *rule_,
            *optimizer_, choices_.options, choices_.plan,
            streams_,    nullptr,          probe_ ? &*probe_ : nullptr};
  }
  TrainingRecord train() { return trainer().train(); }

  RecurrentNetwork<Scalar>& network() { return network_; }
  const EasyTask& task() const { return task_; }
  const TrainingStreams& streams() const { return streams_; }

 private:
  Choices choices_;
  EasyTask task_;
  RecurrentNetwork<Scalar> network_;
  std::unique_ptr<LearningRule<Scalar>> rule_;
  std::unique_ptr<Optimizer<Scalar>> optimizer_;
  TrainingStreams streams_;
  std::optional<AlignmentProbe<Scalar>> probe_;
};

TrainingRecord record_of(const Choices& choices) { return Training<float>(choices).train(); }

const std::vector<float>& curve(const TrainingRecord& record, const std::string& name) {
  for (const Curve& candidate : record.curves)
    if (candidate.name == name) return candidate.values;
  throw std::runtime_error("no curve " + name);
}

/// The first update whose evaluation satisfies `is_reached`, or -1.
template <class Condition>
int first_update(const std::vector<float>& values, const Condition& is_reached) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (is_reached(values[i])) return static_cast<int>(i);
  return -1;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

bool same_bits(const TrainingRecord& a, const TrainingRecord& b) {
  bool same = a.status == b.status && a.message == b.message && a.curves.size() == b.curves.size() &&
              a.snapshots.size() == b.snapshots.size();
  for (std::size_t i = 0; same && i < a.curves.size(); ++i) same = same_bits(a.curves[i].values, b.curves[i].values);
  for (std::size_t i = 0; same && i < a.snapshots.size(); ++i)
    same = a.snapshots[i].update == b.snapshots[i].update && a.snapshots[i].error == b.snapshots[i].error &&
           a.snapshots[i].representation == b.snapshots[i].representation &&
           same_bits(a.snapshots[i].parameters, b.snapshots[i].parameters);
  return same;
}

class EveryRule : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, EveryRule, testing::Values("bptt", "eprop", "eprop/feedback=random", "tbptt/window=3"));

TEST_P(EveryRule, loss_falls_on_an_easy_task) {
  for (const LossKind loss : {LossKind::mean_squared_error, LossKind::cross_entropy}) {
    const TrainingRecord record = record_of({loss, GetParam()});
    EXPECT_EQ(record.status, RunStatus::done);
    EXPECT_EQ(record.message, "");
    EXPECT_LT(curve(record, "loss").back(), 0.25F * curve(record, "loss").front());
    EXPECT_LT(curve(record, "error").back(), 0.25F * curve(record, "error").front());
    if (loss == LossKind::cross_entropy) {
      EXPECT_EQ(curve(record, "accuracy").back(), 1);
    } else {
      EXPECT_TRUE(std::isnan(curve(record, "accuracy").back()));
    }
  }
}

TEST_P(EveryRule, the_same_training_gives_the_same_bits) {
  Choices choices{LossKind::cross_entropy, GetParam()};
  choices.plan = {{0.3}, {0.9}, {0, 7}, true};
  const TrainingRecord record = record_of(choices);
  EXPECT_TRUE(same_bits(record, record_of(choices)));
  choices.seed = 2;
  EXPECT_FALSE(same_bits(record, record_of(choices)));
}

TEST(Trainer, without_learning_nothing_changes) {
  Choices choices;
  choices.optimizer = "sgd/rate=0";
  choices.plan.at_updates = {0};
  choices.plan.keep_parameters = true;
  const TrainingRecord record = record_of(choices);
  EXPECT_EQ(curve(record, "error").front(), curve(record, "error").back());
  EXPECT_TRUE(same_bits(record.snapshots.front().parameters, record.snapshots.back().parameters));
}

TEST(Trainer, curves_have_one_value_per_update_and_one_before_the_first) {
  const TrainingRecord record = record_of({});
  for (const Curve& c : record.curves) EXPECT_EQ(c.values.size(), 121U) << c.name;
  EXPECT_THAT(curve(record, "loss"), testing::Each(testing::Truly([](float x) { return std::isfinite(x); })));
  EXPECT_THAT(curve(record, "gradient_norm"), testing::Each(testing::Gt(0)));
}

TEST(Trainer, evaluates_as_often_as_asked_and_at_the_end) {
  Choices choices;
  choices.options.updates = 30;
  choices.options.evaluate_every = 7;
  choices.plan.at_updates = {12};
  const TrainingRecord record = record_of(choices);
  const auto& error = curve(record, "error");
  for (int update = 0; update <= 30; ++update)
    EXPECT_EQ(std::isfinite(error[static_cast<std::size_t>(update)]), update % 7 == 0 || update == 12 || update == 30)
        << update;
  // How often one looks does not change what is learned.
  choices.options.evaluate_every = 1;
  EXPECT_TRUE(same_bits(curve(record, "loss"), curve(record_of(choices), "loss")));
}

TEST(SnapshotPlan, labels_are_updates_errors_accuracies_and_final) {
  const SnapshotPlan plan{{0.5, 0.25}, {0.9}, {0, 10}, false};
  EXPECT_THAT(plan.labels(),
              testing::ElementsAre("update=0", "update=10", "error<=0.5", "error<=0.25", "accuracy>=0.9", "final"));
}

TEST(Trainer, snapshots_are_taken_when_a_level_is_first_reached) {
  Choices choices{LossKind::cross_entropy};
  choices.plan = {{0.5, 0.2, 1e-9}, {0.05, 1.0}, {1}, false};
  const TrainingRecord record = record_of(choices);
  const auto &error = curve(record, "error"), &accuracy = curve(record, "accuracy");
  const std::vector<int> expected{1,
                                  first_update(error, [](float e) { return e <= 0.5F; }),
                                  first_update(error, [](float e) { return e <= 0.2F; }),
                                  -1,
                                  first_update(accuracy, [](float a) { return a >= 0.05F; }),
                                  first_update(accuracy, [](float a) { return a >= 1.0F; }),
                                  120};
  ASSERT_EQ(record.snapshots.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Snapshot& snapshot = record.snapshots[i];
    EXPECT_EQ(snapshot.update, expected[i]) << i;
    EXPECT_EQ(snapshot.representation.size() > 0, expected[i] >= 0) << i;
    if (expected[i] < 0) continue;
    EXPECT_EQ(static_cast<float>(snapshot.error), error[static_cast<std::size_t>(expected[i])]) << i;
    EXPECT_EQ(snapshot.representation.rows(), EasyTask::n_conditions * 8);
    EXPECT_EQ(snapshot.representation.cols(), 20);
    EXPECT_TRUE(snapshot.parameters.empty());
  }
  // The levels are reached one after the other, so a snapshot taken at the wrong one would be noticed.
  EXPECT_GT(expected[1], 1);
  EXPECT_GT(expected[2], expected[1]);
  EXPECT_LT(expected[2], 120);
  EXPECT_GT(expected[4], 0);
  EXPECT_GT(expected[5], expected[4]);
}

TEST(Trainer, levels_are_found_at_evaluations_only) {
  Choices choices;
  choices.plan.at_error = {0.5};
  const int every = record_of(choices).snapshots[0].update;
  choices.options.evaluate_every = 10;
  const int seldom = record_of(choices).snapshots[0].update;
  EXPECT_EQ(seldom, (every + 9) / 10 * 10);
  EXPECT_NE(every % 10, 0);
}

TEST(Trainer, a_snapshot_is_the_network_after_exactly_that_many_updates) {
  Choices choices;
  choices.plan.at_updates = {0, 1, 25};
  choices.plan.keep_parameters = true;
  const TrainingRecord record = record_of(choices);
  choices.plan.at_updates = {};
  for (std::size_t i = 0; i < 3; ++i) {
    const Index update = std::vector<Index>{0, 1, 25}[i];
    // Updates made one by one on a network of the same start.
    Training<float> other(choices);
    auto trainer = other.trainer();
    for (Index u = 0; u < update; ++u) trainer.update();
    const auto& values = other.network().parameters().values;
    EXPECT_TRUE(same_bits(record.snapshots[i].parameters, {values.data(), values.data() + values.size()})) << update;
    TrialBatch<float> evaluation;
    fill_evaluation_batch(other.task(), other.streams().evaluation, evaluation);
    other.network().forward(evaluation.inputs, evaluation.n_trials);
    EXPECT_EQ(record.snapshots[i].representation, other.network().representation(2, 8)) << update;
  }
  EXPECT_FALSE(same_bits(record.snapshots[0].parameters, record.snapshots[1].parameters));
}

TEST(Trainer, the_representation_is_cut_at_the_tasks_sample_steps) {
  Choices choices;
  choices.plan.at_updates = {0};
  const TrainingRecord record = record_of(choices);
  Training<float> start(choices);
  TrialBatch<float> evaluation;
  fill_evaluation_batch(start.task(), start.streams().evaluation, evaluation);
  start.network().forward(evaluation.inputs, evaluation.n_trials);
  EXPECT_EQ(record.snapshots[0].representation, start.network().representation(2, 8));
  EXPECT_NE(record.snapshots[0].representation, start.network().representation(3, 8));
}

/// Change of the parameters by the first update.
VectorXd first_change(const Choices& choices) {
  Training<double> training(choices);
  const VectorXd before = training.network().parameters().values;
  training.trainer().update();
  return training.network().parameters().values - before;
}

TEST(Trainer, clipping_bounds_the_update_and_keeps_its_direction) {
  Choices choices;
  choices.optimizer = "sgd/rate=1";
  const VectorXd free = first_change(choices);
  ASSERT_GT(free.norm(), 0.02);
  choices.options.clip = 0.01;
  const VectorXd clipped = first_change(choices);
  EXPECT_NEAR(clipped.norm(), 0.01, 1e-14);
  EXPECT_LE((clipped / clipped.norm() - free / free.norm()).norm(), 1e-12);
  choices.options.clip = 2 * free.norm();
  EXPECT_EQ(first_change(choices), free) << "a gradient below the limit is left alone";
}

TEST(Trainer, the_gradient_norm_is_that_before_clipping) {
  Choices choices;
  choices.options.updates = 1;
  const float free = curve(record_of(choices), "gradient_norm")[0];
  choices.options.clip = 1e-3;
  EXPECT_EQ(curve(record_of(choices), "gradient_norm")[0], free);
}

TEST(Trainer, the_activity_penalty_is_part_of_the_gradient) {
  Choices choices;
  choices.optimizer = "sgd/rate=1";
  for (const double penalty : {0.0, 3.0}) {
    choices.options.activity_penalty = penalty;
    Training<double> training(choices);
    TrialBatch<double> batch;
    fill_training_batch(training.task(), training.streams().training, 0, choices.options.batch, batch);
    const VectorXd expected =
        -rule_gradient<double>("bptt", training.network(), batch, choices.loss, penalty).gradient.values;
    EXPECT_LE(relative_difference<double>(first_change(choices), expected), 1e-12) << penalty;
  }
}

TEST(Trainer, the_activity_penalty_falls_by_a_third_while_it_is_half_the_loss) {
  // Nothing is learned, and each batch is large, so loss and mean(h²) stay near their first values and the penalty's
  // curve shows the weight c.
  Choices choices;
  choices.optimizer = "sgd/rate=0";
  choices.options = {40, 400, 1, 0, 50, 1e6};
  const TrainingRecord record = record_of(choices);
  const auto &loss = curve(record, "loss"), &penalty = curve(record, "activity_penalty");
  choices.options.activity_penalty = 1e-6;  // never falls: c · mean(h²) of the same batches
  const auto reference = curve(record_of(choices), "activity_penalty");
  double weight = 50;
  int n_falls = 0;
  for (std::size_t update = 0; update < penalty.size(); ++update) {
    EXPECT_NEAR(penalty[update], weight * (reference[update] / 1e-6), 1e-5 * penalty[update]) << update;
    if (penalty[update] < loss[update] / 2) continue;
    weight *= 2.0 / 3;
    ++n_falls;
  }
  EXPECT_GT(n_falls, 5);
  EXPECT_LT(penalty.back(), loss.back() / 2) << "in the end it stays";
  EXPECT_LT(n_falls, 30);
}

TEST(Trainer, divergence_keeps_the_curve_so_far) {
  Choices choices;
  choices.optimizer = "sgd/rate=1e5";
  choices.plan = {{1e-9}, {}, {0, 100}, true};
  const TrainingRecord record = record_of(choices);
  EXPECT_EQ(record.status, RunStatus::diverged);
  const auto& loss = curve(record, "loss");
  const int last = first_update(loss, [](float x) { return !(x < 1e6F); });
  ASSERT_GT(last, 0);
  ASSERT_LT(last, 100);
  EXPECT_THAT(record.message, HasSubstr("at update " + std::to_string(last)));
  for (int update = 0; update < last; ++update) EXPECT_TRUE(std::isfinite(loss[static_cast<std::size_t>(update)]));
  for (const Curve& c : record.curves)
    for (std::size_t update = static_cast<std::size_t>(last) + 1; update < c.values.size(); ++update)
      EXPECT_TRUE(std::isnan(c.values[update])) << c.name << " " << update;
  EXPECT_EQ(record.snapshots[0].update, 0);
  EXPECT_GT(record.snapshots[0].representation.size(), 0);
  for (std::size_t i = 1; i < record.snapshots.size(); ++i) {
    EXPECT_EQ(record.snapshots[i].update, -1);
    EXPECT_EQ(record.snapshots[i].representation.size(), 0);
    EXPECT_TRUE(record.snapshots[i].parameters.empty());
  }
}

TEST(Trainer, a_loss_that_exploded_is_divergence_by_the_users_measure) {
  Choices choices;
  choices.optimizer = "sgd/rate=30";
  choices.options.explosion = 10;
  const TrainingRecord record = record_of(choices);
  EXPECT_EQ(record.status, RunStatus::diverged);
  EXPECT_THAT(record.message, HasSubstr("is more than 10 times the first"));
  const auto& loss = curve(record, "loss");
  const int last = first_update(loss, [&](float x) { return x > 10 * loss[0]; });
  EXPECT_THAT(record.message, HasSubstr("at update " + std::to_string(last)));
  EXPECT_TRUE(std::isnan(loss[static_cast<std::size_t>(last) + 1]));
}

/// With targets a thousand times as large all losses are a million times as large.
TEST(Trainer, an_explosion_is_measured_against_the_first_loss) {
  Choices choices;
  choices.optimizer = "sgd/rate=0";
  choices.options.explosion = 10;
  choices.options.updates = 5;
  Training<float> training(choices);
  training.network().parameters().block("b_out").setConstant(100);
  const TrainingRecord large = training.train();
  EXPECT_GT(curve(large, "loss")[0], 1000);
  EXPECT_EQ(large.status, RunStatus::done) << "large from the beginning";
}

TEST(Trainer, a_first_loss_of_zero_is_no_measure) {
  Choices choices;
  choices.optimizer = "sgd/rate=0";
  choices.options.updates = 5;
  choices.options.batch = 1;
  Training<float> training(choices);
  training.network().parameters().values.setZero();
  class ZeroFirst final : public Task {
   public:
    const TaskInfo& info() const override { return easy_.info(); }
    void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override {
      easy_.training_trial(index, stream, trial);
      if (index == 0) trial.targets.setZero();
    }
    void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override {
      easy_.evaluation_trial(condition, stream, trial);
    }

   private:
    EasyTask easy_;
  };
  const ZeroFirst task;
  auto rule = learning_rules<float>().make("bptt");
  auto optimizer = optimizers<float>().make("sgd/rate=0");
  const TrainingRecord record =
      Trainer<float>(task, training.network(), *rule, *optimizer, choices.options, {}, training.streams()).train();
  EXPECT_EQ(curve(record, "loss")[0], 0);
  EXPECT_GT(curve(record, "loss")[1], 0);
  EXPECT_EQ(record.status, RunStatus::done) << record.message;
}

TEST(Trainer, a_level_is_reached_by_an_update_and_not_by_luck) {
  Choices choices;
  choices.plan.at_error = {1e6};
  EXPECT_EQ(record_of(choices).snapshots[0].update, 1);
  choices.options.evaluate_every = 10;
  EXPECT_EQ(record_of(choices).snapshots[0].update, 10);
  choices.plan.hold = 3;
  EXPECT_EQ(record_of(choices).snapshots[0].update, 30);
}

TEST(Trainer, notes_what_the_network_is_like_at_the_start_and_at_the_end) {
  Choices choices;
  Training<float> training(choices);
  const WeightSummary weights = weight_summary<float>(training.network());
  const TrainingRecord record = training.train();
  EXPECT_EQ(record.network.initial.radius, weights.radius);
  EXPECT_EQ(record.network.initial.norm, weights.norm);
  EXPECT_GT(weights.radius, 0.1);
  TrialBatch<float> evaluation;
  fill_evaluation_batch(training.task(), training.streams().evaluation, evaluation);
  training.network().forward(evaluation.inputs, evaluation.n_trials);
  const auto rates = training.network().trajectory().rates.matrix().rightCols(evaluation.n_columns());
  EXPECT_NEAR(record.network.end.mean, static_cast<double>(rates.cwiseAbs().mean()), 1e-6);
  EXPECT_NE(record.network.start.mean, record.network.end.mean);
  EXPECT_EQ(record.network.end.silent, 0);
}

TEST(Trainer, weights_that_are_no_numbers_are_divergence) {
  Choices choices;
  Training<float> training(choices);
  training.network().parameters().values[5] = std::numeric_limits<float>::quiet_NaN();
  const TrainingRecord record = training.train();
  EXPECT_EQ(record.status, RunStatus::diverged);
  EXPECT_EQ(record.message, "loss is not finite at update 0");
}

TEST(Trainer, rules_start_alike_and_see_the_same_trials) {
  const TrainingRecord bptt = record_of({LossKind::mean_squared_error, "bptt"});
  const TrainingRecord eprop = record_of({LossKind::mean_squared_error, "eprop/feedback=random"});
  EXPECT_EQ(curve(bptt, "loss")[0], curve(eprop, "loss")[0]);
  EXPECT_EQ(curve(bptt, "error")[0], curve(eprop, "error")[0]);
  EXPECT_NE(curve(bptt, "gradient_norm")[0], curve(eprop, "gradient_norm")[0]);
  EXPECT_NE(curve(bptt, "loss")[2], curve(eprop, "loss")[2]);
  // Without learning all losses are those of the trials: the same for both rules, new ones at every update.
  const TrainingRecord frozen_bptt = record_of({LossKind::mean_squared_error, "bptt", "sgd/rate=0"});
  const TrainingRecord frozen_eprop = record_of({LossKind::mean_squared_error, "eprop", "sgd/rate=0"});
  EXPECT_TRUE(same_bits(curve(frozen_bptt, "loss"), curve(frozen_eprop, "loss")));
  EXPECT_NE(curve(frozen_bptt, "loss")[0], curve(frozen_bptt, "loss")[1]);
}

TEST(Trainer, is_asked_between_updates_and_passes_on_what_that_throws) {
  struct Stop {};
  Choices choices;
  Training<float> training(choices);
  int n_calls = 0;
  EXPECT_THROW(training.trainer().train([&] {
    if (++n_calls == 4) throw Stop();
  }),
               Stop);
  EXPECT_EQ(n_calls, 4);
  Training<float> three(choices);
  auto trainer = three.trainer();
  for (int update = 0; update < 3; ++update) trainer.update();
  EXPECT_EQ(training.network().parameters().values, three.network().parameters().values) << "three updates were made";
}

TEST(Trainer, asking_between_updates_does_not_change_the_result) {
  Choices choices;
  Training<float> training(choices);
  int n_calls = 0;
  EXPECT_TRUE(same_bits(training.trainer().train([&] { ++n_calls; }), record_of(choices)));
  EXPECT_GE(n_calls, 120);
}

/// All parameters after `n` updates in double precision.
VectorXd after(int n, const Choices& choices) {
  Training<double> training(choices);
  auto trainer = training.trainer();
  for (int update = 0; update < n; ++update) trainer.update();
  return training.network().parameters().values;
}

TEST(Trainer, weight_decay_pulls_weights_and_leaves_biases) {
  Choices choices;
  choices.optimizer = "sgd/rate=0.1";
  const VectorXd start = after(0, choices), without = after(1, choices);
  choices.options.l2 = 0.3;
  const VectorXd pull = after(1, choices) - without;
  Training<double> training(choices);
  for (const ParameterBlock& block : training.network().parameters().layout.blocks()) {
    const VectorXd here = pull.segment(block.offset, block.rows * block.cols);
    const VectorXd weights = start.segment(block.offset, block.rows * block.cols);
    const bool decays = block.name == "W" || block.name == "W_in" || block.name == "W_out";
    EXPECT_LE((here + (decays ? 0.03 : 0.0) * weights).norm(), 1e-12) << block.name;
    if (decays) {
      EXPECT_GT(here.norm(), 1e-3) << block.name;
    }
  }
  const std::vector<float> regularizer = curve(record_of(choices), "regularizer");
  EXPECT_NEAR(regularizer[0], 0.15 * (start.squaredNorm()), 1e-4) << "everything else starts at zero";
}

TEST(Trainer, the_rate_penalty_is_the_gradient_of_its_value) {
  Choices choices;
  choices.options.rate_penalty = 0.7;
  choices.options.rate_target_hz = 30;  // 0.3 per step of 10 ms
  choices.optimizer = "sgd/rate=1";
  Choices without = choices;
  without.options.rate_penalty = 0;
  const VectorXd start = after(0, choices), gradient = after(1, without) - after(1, choices);
  // The value by definition, on the same trials.
  Training<double> training(choices);
  TrialBatch<double> batch;
  fill_training_batch(training.task(), training.streams().training, 0, choices.options.batch, batch);
  auto& network = training.network();
  const auto value = [&](const VectorXd& at) {
    network.parameters().values = at;
    network.forward(batch.inputs, batch.n_trials);
    const MatrixXd rates = network.trajectory().rates.matrix().rightCols(batch.n_columns());
    return 0.35 * (rates.rowwise().mean().array() - 0.3).square().sum();
  };
  EXPECT_NEAR(curve(record_of(choices), "regularizer")[0], value(start), 1e-5);
  RandomStream stream("test-direction", "", 1);
  for (int repeat = 0; repeat < 5; ++repeat) {
    VectorXd direction = VectorXd::NullaryExpr(start.size(), [&] { return stream.normal(); });
    const double slope = (value(start + 1e-6 * direction) - value(start - 1e-6 * direction)) / 2e-6;
    EXPECT_NEAR(gradient.dot(direction), slope, 1e-8 * (1 + std::abs(slope)));
    EXPECT_GT(std::abs(slope), 1e-4);
  }
}

TEST(Trainer, the_rate_penalty_per_trial_is_the_gradient_of_its_value) {
  for (const std::string rule : {"bptt", "forward_gradient/samples=1", "node_perturbation"}) {
    Choices choices;
    choices.rule = rule;
    choices.options.rate_penalty = 0.7;
    choices.options.rate_target_hz = 30;  // 0.3 per step of 10 ms
    choices.options.rate_penalty_per = RatePenaltyPer::trial;
    choices.optimizer = "sgd/rate=1";
    Choices without = choices;
    without.options.rate_penalty = 0;
    const VectorXd start = after(0, choices), gradient = after(1, without) - after(1, choices);
    EXPECT_GT(gradient.norm(), 1e-3) << rule;
    if (rule != "bptt") continue;  // right on average only
    Training<double> training(choices);
    TrialBatch<double> batch;
    fill_training_batch(training.task(), training.streams().training, 0, choices.options.batch, batch);
    auto& network = training.network();
    const auto value = [&](const VectorXd& at) {
      network.parameters().values = at;
      network.forward(batch.inputs, batch.n_trials);
      const MatrixXd rates = network.representation(0, batch.n_steps).transpose();
      double sum = 0;
      for (Index trial = 0; trial < batch.n_trials; ++trial)
        sum += (rates.middleCols(trial * batch.n_steps, batch.n_steps).rowwise().mean().array() - 0.3).square().sum();
      return 0.35 * sum / static_cast<double>(batch.n_trials);
    };
    EXPECT_NEAR(curve(record_of(choices), "regularizer")[0], value(start), 1e-5);
    RandomStream stream("test-direction", "", 1);
    for (int repeat = 0; repeat < 5; ++repeat) {
      VectorXd direction = VectorXd::NullaryExpr(start.size(), [&] { return stream.normal(); });
      const double slope = (value(start + 1e-6 * direction) - value(start - 1e-6 * direction)) / 2e-6;
      EXPECT_NEAR(gradient.dot(direction), slope, 1e-8 * (1 + std::abs(slope)));
      EXPECT_GT(std::abs(slope), 1e-4);
    }
  }
}

TEST(Trainer, an_online_rule_with_frozen_weights_adds_up_to_the_rule_at_trial_end) {
  Choices whole{LossKind::mean_squared_error, "eprop", "sgd/rate=0"};
  Choices parts = whole;
  parts.rule = "eprop/every=5";  // 12 steps: the last part is shorter
  const TrainingRecord a = Training<double>(whole).train(), b = Training<double>(parts).train();
  for (const char* name : {"loss", "gradient_norm", "error"})
    for (const std::size_t update : {0, 7})
      EXPECT_NEAR(curve(a, name)[update], curve(b, name)[update], 1e-6 * curve(a, name)[update]) << name;
  whole.optimizer = parts.optimizer = "sgd/rate=0.1";
  EXPECT_GT((after(1, whole) - after(1, parts)).norm(), 1e-6) << "weights change inside the trial";
}

TEST(Trainer, online_rules_learn) {
  for (const std::string rule : {"eprop/every=1", "snap1/every=4", "credit/every=6", "rtrl/every=3"}) {
    const TrainingRecord record = record_of({LossKind::mean_squared_error, rule, "adam/rate=0.01"});
    EXPECT_EQ(record.status, RunStatus::done) << rule;
    EXPECT_LT(curve(record, "loss").back(), 0.25F * curve(record, "loss").front()) << rule;
  }
}

TEST(Trainer, rules_that_watch_are_compared_with_bptt_and_change_nothing) {
  Choices choices{LossKind::cross_entropy, "eprop"};
  choices.plan.keep_parameters = true;
  const TrainingRecord alone = record_of(choices);
  choices.options.alignment = {{"bptt", "eprop", "eprop/feedback=random"}, 0, {0, 3}};
  const TrainingRecord watched = record_of(choices);
  EXPECT_TRUE(same_bits(alone.snapshots.back().parameters, watched.snapshots.back().parameters));
  for (const std::size_t update : {0, 3}) {
    EXPECT_NEAR(curve(watched, "alignment/bptt")[update], 1, 1e-5);
    EXPECT_NEAR(curve(watched, "alignment/bptt_norm_ratio")[update], 1, 1e-5);
    EXPECT_LT(curve(watched, "alignment/eprop")[update], 0.9999F);
    EXPECT_GT(curve(watched, "alignment/eprop")[update], 0.1F);
    EXPECT_LT(curve(watched, "alignment/eprop_feedback_random")[update], curve(watched, "alignment/eprop")[update]);
  }
  for (const std::size_t update : {1, 2, 4, 120}) EXPECT_TRUE(std::isnan(curve(watched, "alignment/eprop")[update]));
  choices.options.alignment.names = {"exact", "local", "mine"};
  EXPECT_TRUE(same_bits(curve(record_of(choices), "alignment/local"), curve(watched, "alignment/eprop")));
}

TEST(Trainer, unit_noise_acts_in_training_and_not_in_evaluation) {
  Choices noisy;
  noisy.optimizer = "sgd/rate=0";
  noisy.cell += ",noise=0.5";
  const TrainingRecord record = record_of(noisy);
  EXPECT_NE(curve(record, "loss")[0], curve(record, "loss")[1]);
  EXPECT_EQ(curve(record, "error")[0], curve(record, "error")[1]);
  EXPECT_TRUE(same_bits(record, record_of(noisy)));
}

/// The easy task with random inputs: each condition needs many trials.
class NoisyTask final : public Task {
 public:
  explicit NoisyTask(Index n_repeats) : info_(easy_.info()) { info_.n_repeats = n_repeats; }
  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override {
    easy_.training_trial(index, stream, trial);
  }
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override {
    easy_.evaluation_trial(condition, stream, trial);
    for (Index i = 0; i < trial.inputs.size(); ++i) trial.inputs(i) += 0.3 * stream.normal();
  }
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override {
    return (outputs.array() * trial.targets.array() > 0).cast<double>().mean();
  }

 private:
  EasyTask easy_;
  TaskInfo info_;
};

TEST(Trainer, a_shifted_task_is_evaluated_beside_the_first) {
  const Choices choices;
  const TrainingRecord clean = record_of(choices);
  Training<float> training(choices);
  const NoisyTask noisy(3);
  auto rule = learning_rules<float>().make(choices.rule);
  auto optimizer = optimizers<float>().make(choices.optimizer);
  const TrainingRecord record = Trainer<float>(training.task(), training.network(), *rule, *optimizer, choices.options,
                                               {}, training.streams(), &noisy)
                                    .train();
  EXPECT_TRUE(same_bits(curve(record, "error"), curve(clean, "error"))) << "looking does not change the training";
  EXPECT_EQ(record.snapshots.back().representation, clean.snapshots.back().representation);
  EXPECT_GT(curve(record, "shifted_error").back(), 2 * curve(record, "error").back());
  EXPECT_GT(curve(record, "shifted_accuracy").back(), 0.5);
  EXPECT_THROW(curve(clean, "shifted_error"), std::runtime_error);
}

TEST(Trainer, representations_are_means_over_repeats_and_tasks_judge_themselves) {
  const Choices choices;
  Training<float> training(choices);
  const NoisyTask task(40);
  auto rule = learning_rules<float>().make("bptt");
  auto optimizer = optimizers<float>().make("sgd/rate=0");
  Trainer<float> trainer(task, training.network(), *rule, *optimizer, {1, 4}, {}, training.streams());
  const TrainingRecord record = trainer.train();
  const Matrix<float>& mean = record.snapshots.back().representation;
  ASSERT_EQ(mean.rows(), EasyTask::n_conditions * task.info().n_sample_steps);
  TrialBatch<float> batch;
  fill_evaluation_batch(task, training.streams().evaluation, batch);
  ASSERT_EQ(batch.n_trials, 40 * EasyTask::n_conditions);
  const auto& activity = training.network().forward(batch.inputs, batch.n_trials);
  const auto all = training.network().representation(task.info().first_sample_step, task.info().n_sample_steps);
  VectorXd third = VectorXd::Zero(mean.cols());  // condition 3, sample 2
  for (Index repeat = 0; repeat < 40; ++repeat)
    third += all.row((3 * 40 + repeat) * task.info().n_sample_steps + 2).transpose().cast<double>() / 40;
  EXPECT_LE((mean.row(3 * task.info().n_sample_steps + 2).transpose().cast<double>() - third).norm(), 1e-5);
  EXPECT_GT((all.row(3 * 40 * task.info().n_sample_steps + 2).transpose().cast<double>() - third).norm(), 1e-3);
  const double expected = (activity.outputs.array() * batch.targets.array() > 0).cast<double>().mean();
  EXPECT_NEAR(curve(record, "accuracy")[0], expected, 1e-6);
}

/// Another rule, of whose updates one is not to be followed.
class Hesitant final : public LearningRule<float> {
 public:
  Hesitant(const std::string& rule, std::uint64_t at) : rule_(learning_rules<float>().make(rule)), at_(at) {}

  RuleTraits traits() const override { return rule_->traits(); }
  bool has_update() const override { return update_ != at_; }
  void visit_state(StateVisitor& visitor) override { rule_->visit_state(visitor); }

 private:
  void check_network(const Network<float>& network) const override { rule_->check(network); }
  void begin_network(const Network<float>& network, const RandomStream& stream) override {
    rule_->begin(network, stream);
  }
  void add_network_gradient(const UpdateContext<float>& context, ParameterSet<float>& gradient) override {
    update_ = context.update;
    rule_->add_gradient(context, gradient);
  }

  std::unique_ptr<LearningRule<float>> rule_;
  std::uint64_t at_, update_ = 0;
};

TEST(Trainer, an_update_that_the_rule_gives_up_leaves_parameters_and_momentum) {
  for (const char* name : {"bptt", "eprop/every=4"}) {
    const Choices choices;
    Training<float> training(choices);
    Hesitant rule(name, 2);
    auto optimizer = optimizers<float>().make("sgd/rate=0.01,momentum=0.9");
    Trainer<float> trainer(training.task(), training.network(), rule, *optimizer, choices.options, {},
                           training.streams());
    for (int update = 0; update < 5; ++update) {
      const std::string before = trainer.state().learned;
      trainer.step();
      EXPECT_EQ(trainer.state().learned == before, update == 2) << name << ", update " << update;
    }
  }
}

}  // namespace
}  // namespace cohort::test
