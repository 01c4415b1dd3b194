#include <cohort/recordings/npy_array.hpp>
#include <cohort/tasks/tasks.hpp>
#include <cohort/tasks/trial_batch.hpp>

#include <support/errors.hpp>
#include <support/shared_data.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <set>

namespace cohort::test {
namespace {

constexpr Index kConditions = 72, kSteps = 113, kInputs = 9;
constexpr Index kStimulusStart = 23, kStimulusEnd = 73, kDecisionStart = 93;

std::vector<Trial> all_trials() {
  const auto task = tasks().make("context_integration_mante_2013");
  RandomStream stream("test", "", 1);
  std::vector<Trial> trials(kConditions);
  for (Index c = 0; c < kConditions; ++c)
    task->evaluation_trial(static_cast<int>(c), stream, trials[static_cast<std::size_t>(c)]);
  return trials;
}

/// What a condition's name says.
struct Named {
  double motion = 0, colour = 0;
  bool is_colour_context = false;
};

Named named(const std::string& name) {
  Named result;
  char context[16] = {};
  EXPECT_EQ(std::sscanf(name.c_str(), "motion=%lf,colour=%lf,context=%15s", &result.motion, &result.colour, context), 3)
      << name;
  result.is_colour_context = std::string(context) == "colour";
  return result;
}

/// Largest difference between the trials and the published set, whose condition is taken `shift` further.
double difference_to_published(const std::vector<Trial>& trials, const NpyArray& inputs, Index shift) {
  double largest = 0;
  for (Index c = 0; c < kConditions; ++c) {
    const Index row = (c + shift) % kConditions;
    const Eigen::Map<const MatrixXd> published(inputs.values.data() + row * kSteps * kInputs, kInputs, kSteps);
    largest = std::max(largest, (trials[static_cast<std::size_t>(c)].inputs - published).cwiseAbs().maxCoeff());
  }
  return largest;
}

TEST(ContextIntegrationMante2013, inputs_are_those_of_the_published_trial_set_in_its_order) {
  const auto path = shared_file("data/mante2013/inputs_72x113x9.npy");
  COHORT_SKIP_WITHOUT(path);
  const NpyArray published = read_npy(path.string());
  ASSERT_EQ(published.shape, (std::vector<std::size_t>{kConditions, kSteps, kInputs}));
  const auto trials = all_trials();
  EXPECT_LE(difference_to_published(trials, published, 0), 1e-6);  // the file holds float32
  EXPECT_GT(difference_to_published(trials, published, 1), 1e-2);  // another order would be noticed
}

TEST(ContextIntegrationMante2013, classes_are_those_of_the_published_trial_set) {
  const auto path = shared_file("data/mante2013/targets_72x113.npy");
  COHORT_SKIP_WITHOUT(path);
  const NpyArray published = read_npy(path.string());
  ASSERT_EQ(published.shape, (std::vector<std::size_t>{kConditions, kSteps}));
  const auto trials = all_trials();
  for (std::size_t c = 0; c < kConditions; ++c)
    for (std::size_t step = 0; step < kSteps; ++step)
      ASSERT_EQ(trials[c].classes[step], published.values[c * kSteps + step]) << c << " " << step;
}

TEST(ContextIntegrationMante2013, every_input_vector_has_norm_one) {
  for (const Trial& trial : all_trials()) {
    ASSERT_EQ(trial.inputs.rows(), kInputs);
    ASSERT_EQ(trial.inputs.cols(), kSteps);
    EXPECT_LE((trial.inputs.colwise().norm().array() - 1).abs().maxCoeff(), 1e-15);
  }
}

TEST(ContextIntegrationMante2013, inputs_come_and_go_with_the_epochs) {
  const auto task = tasks().make("context_integration_mante_2013");
  const auto trials = all_trials();
  for (std::size_t c = 0; c < trials.size(); ++c) {
    const Named condition = named(task->info().conditions[c]);
    for (Index step = 0; step < kSteps; ++step) {
      const VectorXd x = trials[c].inputs.col(step);
      const bool is_stimulus = step >= kStimulusStart && step < kStimulusEnd, is_decision = step >= kDecisionStart;
      EXPECT_EQ(x[0] > 0, !is_decision) << step;
      EXPECT_EQ(x.segment(1, 4).isZero(), !is_stimulus) << step;
      EXPECT_EQ(x[5] > 0, !is_decision && !condition.is_colour_context) << step;
      EXPECT_EQ(x[6] > 0, !is_decision && condition.is_colour_context) << step;
      EXPECT_EQ(x[7], 0) << step;
      EXPECT_GT(x[8], 0) << step;
      if (!is_stimulus) continue;
      EXPECT_NEAR((x[1] - x[2]) / (x[1] + x[2]), condition.motion, 1e-15);
      EXPECT_NEAR((x[3] - x[4]) / (x[3] + x[4]), condition.colour, 1e-15);
    }
  }
}

TEST(ContextIntegrationMante2013, the_context_decides_which_evidence_is_the_choice) {
  const auto task = tasks().make("context_integration_mante_2013");
  const auto trials = all_trials();
  int n_first = 0, n_misled = 0;
  for (std::size_t c = 0; c < trials.size(); ++c) {
    const Named condition = named(task->info().conditions[c]);
    const double relevant = condition.is_colour_context ? condition.colour : condition.motion;
    const double irrelevant = condition.is_colour_context ? condition.motion : condition.colour;
    const int choice = relevant > 0 ? 1 : 2;
    for (Index step = 0; step < kSteps; ++step)
      ASSERT_EQ(trials[c].classes[static_cast<std::size_t>(step)], step < kDecisionStart ? 0 : choice);
    EXPECT_TRUE(trials[c].mask.isOnes());
    n_first += choice == 1;
    n_misled += (irrelevant > 0) != (relevant > 0);
  }
  EXPECT_EQ(n_first, 36);
  EXPECT_EQ(n_misled, 36);  // following the wrong evidence is right by chance only
}

TEST(ContextIntegrationMante2013, conditions_are_the_whole_factorial) {
  const auto task = tasks().make("context_integration_mante_2013");
  std::set<std::tuple<double, double, bool>> seen;
  for (const std::string& name : task->info().conditions) {
    const Named condition = named(name);
    seen.insert({condition.motion, condition.colour, condition.is_colour_context});
  }
  EXPECT_EQ(seen.size(), 72U);
  for (const double motion : {-.5, -.17, -.06, .06, .17, .5})
    for (const double colour : {-.5, -.17, -.06, .06, .17, .5})
      for (const bool context : {false, true}) EXPECT_EQ(seen.count({motion, colour, context}), 1U);
}

TEST(ContextIntegrationMante2013, other_coherences_can_be_asked_for) {
  const auto usual = tasks().make("context_integration_mante_2013");
  EXPECT_EQ(tasks().make("context_integration_mante_2013/coherences=[0.5,0.17,0.06]")->info().conditions,
            usual->info().conditions);
  const auto task = tasks().make("context_integration_mante_2013/coherences=[0.3,0.1]");
  ASSERT_EQ(task->info().conditions.size(), 32U);
  EXPECT_EQ(task->info().conditions.front(), "motion=+0.3,colour=+0.3,context=colour");
  std::set<std::string> seen(task->info().conditions.begin(), task->info().conditions.end());
  EXPECT_EQ(seen.size(), 32U);
  for (std::uint64_t i = 0; i < 32; ++i) {
    RandomStream stream("test", "", 1);
    Trial trial;
    task->training_trial(32 + i, stream, trial);
    EXPECT_EQ(trial.condition, static_cast<int>(i));
    const Named condition = named(task->info().conditions[i]);
    const VectorXd x = trial.inputs.col(kStimulusStart);
    EXPECT_NEAR((x[1] - x[2]) / (x[1] + x[2]), condition.motion, 1e-15);
    EXPECT_NEAR((x[3] - x[4]) / (x[3] + x[4]), condition.colour, 1e-15);
    EXPECT_EQ(trial.classes.back(), (condition.is_colour_context ? condition.colour : condition.motion) > 0 ? 1 : 2);
  }
  EXPECT_THAT(user_error([] { tasks().make("context_integration_mante_2013/coherences=[0.1,0.3]"); }),
              testing::HasSubstr("(0.3 after 0.1). Give each number once, the largest first."));
  EXPECT_THAT(user_error([] { tasks().make("context_integration_mante_2013/coherences=0"); }),
              testing::HasSubstr("coherences=0 is not possible"));
}

TEST(ContextIntegrationMante2013, a_batch_of_72_holds_each_condition_once) {
  const auto task = tasks().make("context_integration_mante_2013");
  TrialBatch<double> batch;
  fill_training_batch(*task, RandomStream("data", "", 1), 72 + 13, 72, batch);
  std::multiset<int> conditions(batch.conditions.begin(), batch.conditions.end());
  for (int c = 0; c < kConditions; ++c) EXPECT_EQ(conditions.count(c), 1U) << c;
  EXPECT_EQ(batch.conditions.front(), 13);
}

TEST(ContextIntegrationMante2013, samples_and_contexts_are_those_of_the_stimulus) {
  const auto task = tasks().make("context_integration_mante_2013");
  const TaskInfo& info = task->info();
  EXPECT_EQ(info.first_sample_step, kStimulusStart);
  EXPECT_EQ(info.n_sample_steps, kStimulusEnd - kStimulusStart);
  EXPECT_EQ(info.n_evaluation_steps, kSteps);
  EXPECT_EQ(info.loss, LossKind::cross_entropy);
  ASSERT_EQ(info.contexts.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const VectorXd& x = info.contexts[i].input;
    EXPECT_NEAR(x.norm(), 1, 1e-15);
    EXPECT_EQ(x[1], x[2]);
    EXPECT_EQ(x[3], x[4]);
    EXPECT_GT(x[5 + static_cast<Index>(i)], 0);
    EXPECT_EQ(x[6 - static_cast<Index>(i)], 0);
  }
}

}  // namespace
}  // namespace cohort::test
