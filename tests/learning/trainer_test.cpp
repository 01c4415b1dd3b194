#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/trainer.hpp>

#include <support/easy_task.hpp>
#include <support/networks.hpp>

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
};

/// Everything one training needs.
template <class Scalar>
class Training {
 public:
  explicit Training(const Choices& choices)
      : choices_(choices),
        task_(choices.loss),
        network_(cells<Scalar>().make("ctrnn/units=20,tau=2,activation=tanh"), 1, task_.info().n_outputs),
        rule_(learning_rules<Scalar>().make(choices.rule)),
        optimizer_(optimizers<Scalar>().make(choices.optimizer)),
        streams_{RandomStream("data", "easy", choices.seed), RandomStream("evaluation", "easy", 1),
                 RandomStream("rule", choices.rule, choices.seed), RandomStream("noise", "", 1)} {
    network_.initialize(*initializations().make("gaussian/gain=0.8"), RandomStream("init", "easy", choices.seed));
  }

  Trainer<Scalar> trainer() {
    return {task_, network_, *rule_, *optimizer_, choices_.options, choices_.plan, streams_};
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
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
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

}  // namespace
}  // namespace cohort::test
