#include <support/errors.hpp>
#include <tasks/trials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace cohort::test {
namespace {

constexpr double kWeights[] = {-10, -.9, -.7, -.5, -.3, .3, .5, .7, .9, 10};

/// Sum of the weights of what is shown at the end of the stimulus.
double log_odds(const Trial& trial) {
  double sum = 0;
  for (Index i = 0; i < 40; ++i) sum += trial.inputs(1 + i, 24) * kWeights[i % 10];
  return sum;
}

TEST(ProbabilisticReasoning, shapes_appear_one_by_one_at_different_places_and_stay) {
  const auto task = tasks().make("probabilistic_reasoning");
  std::set<Index> first_places;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Trial trial = training_trial(*task, i);
    for (Index step = 0; step < 25; ++step)
      EXPECT_EQ(trial.inputs.col(step).tail(40).sum(), static_cast<double>(std::max<Index>(0, step / 5))) << step;
    for (Index place = 0; place < 4; ++place) {
      const MatrixXd shown = trial.inputs.middleRows(1 + 10 * place, 10);
      EXPECT_EQ(shown.col(24).sum(), 1) << "each place is used once";
      EXPECT_EQ((shown.rowwise().sum().array() > 0).count(), 1) << "a shape stays";
      if (shown.col(5).sum() == 1) first_places.insert(place);
    }
    EXPECT_TRUE(trial.inputs.rightCols(trial.inputs.cols() - 25).bottomRows(40).isZero(0));
  }
  EXPECT_EQ(first_places.size(), 4U);
}

TEST(ProbabilisticReasoning, choices_are_right_as_often_as_the_weights_say) {
  const auto task = tasks().make("probabilistic_reasoning");
  constexpr int n = 20000;
  int n_second = 0, n_certain = 0, n_doubtful = 0, n_doubtful_right = 0;
  double expected = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const Trial trial = training_trial(*task, i);
    const int answer = class_at(trial, last_counted(trial));
    const double sum = log_odds(trial), p = 1 / (1 + std::pow(10, -std::abs(sum)));
    const int guess = sum > 0 ? 2 : 1;
    n_second += answer == 2;
    if (std::abs(sum) > 5) {
      ++n_certain;
      EXPECT_EQ(answer, guess);
    } else if (std::abs(sum) > 0.01) {
      ++n_doubtful;
      n_doubtful_right += answer == guess;
      expected += p;
    }
  }
  EXPECT_NEAR(n_second, n / 2, 4 * std::sqrt(n / 4.0));
  EXPECT_GT(n_certain, n / 4);
  EXPECT_GT(n_doubtful, n / 4);
  EXPECT_NEAR(n_doubtful_right, expected, 4 * std::sqrt(n_doubtful / 4.0));
  EXPECT_LT(n_doubtful_right, 0.97 * n_doubtful);  // no observer is always right
}

TEST(ProbabilisticReasoning, decision_follows_the_delay) {
  const auto task = tasks().make("probabilistic_reasoning/dt=10");
  EXPECT_EQ(task->info().n_steps, 355);
  std::set<Index> ends;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Trial trial = training_trial(*task, i);
    const Index end = last_counted(trial) + 1, decision = end - 50;
    EXPECT_EQ(trial.inputs.row(0).sum(), static_cast<double>(decision));
    for (Index step = 0; step < end; ++step) ASSERT_EQ(class_at(trial, step) == 0, step < decision);
    ends.insert(end);
  }
  EXPECT_GE(*ends.begin(), 345);
  EXPECT_GT(ends.size(), 8U);
  EXPECT_EQ(last_counted(evaluation_trial(*task, 0)) + 1, 350);
}

/// How often the sign of the evidence is right, given a sum of weights.
double best_accuracy(double sum) { return 1 / (1 + std::pow(10, -std::abs(sum))); }

TEST(ProbabilisticReasoning, conditions_are_levels_of_the_evidence) {
  const auto task = tasks().make("probabilistic_reasoning");
  const std::vector<std::string> names = {"evidence=-4", "evidence=-3", "evidence=-2", "evidence=-1", "evidence=0",
                                          "evidence=1",  "evidence=2",  "evidence=3",  "evidence=4"};
  EXPECT_EQ(task->info().conditions, names);
  const auto expect_level = [](const Trial& trial) {
    const double level = trial.condition - 4, sum = log_odds(trial);
    if (std::abs(level) == 4) {
      EXPECT_GE(sum * level / 4, 3.5);
    } else {
      EXPECT_LE(std::abs(sum - level), 0.5);
    }
  };
  for (std::uint64_t i = 0; i < 500; ++i) expect_level(training_trial(*task, i));
  for (int condition = 0; condition < 9; ++condition)
    for (std::uint64_t repeat = 0; repeat < 50; ++repeat) {
      const Trial trial = evaluation_trial(*task, condition, repeat);
      EXPECT_EQ(trial.condition, condition);
      expect_level(trial);
    }
}

TEST(ProbabilisticReasoning, training_draws_each_shape_at_each_place_equally_often) {
  const auto task = tasks().make("probabilistic_reasoning");
  VectorXd counts = VectorXd::Zero(40);
  constexpr int n = 8000;
  for (std::uint64_t i = 0; i < n; ++i) counts += training_trial(*task, i).inputs.col(24).tail(40);
  for (const double count : counts) EXPECT_NEAR(count, n / 10, 4.5 * std::sqrt(n * 0.09));
}

TEST(ProbabilisticReasoning, the_sign_of_the_evidence_is_right_as_often_as_is_said) {
  double exact = 0;
  for (int i = 0; i < 10000; ++i)
    exact += best_accuracy(kWeights[i % 10] + kWeights[i / 10 % 10] + kWeights[i / 100 % 10] + kWeights[i / 1000]);
  EXPECT_NEAR(exact / 10000, 0.915, 0.0005);

  const auto task = tasks().make("probabilistic_reasoning");
  const auto is_right = [](const Trial& trial) {
    return class_at(trial, last_counted(trial)) == (log_odds(trial) > 0 ? 2 : 1);
  };
  constexpr int n = 9000;
  int n_training = 0, n_evaluation = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    n_training += is_right(training_trial(*task, i));
    n_evaluation += is_right(evaluation_trial(*task, static_cast<int>(i % 9), i));
  }
  EXPECT_NEAR(n_training, n * 0.915, 4 * std::sqrt(n * 0.915 * 0.085));
  EXPECT_NEAR(n_evaluation, n * 0.930, 4 * std::sqrt(n * 0.930 * 0.070));
}

TEST(ProbabilisticReasoning, weights_and_durations_can_be_chosen) {
  const auto task = tasks().make("probabilistic_reasoning/weights=[-2,0.5,1],stimulus=300,delay_min=0,delay_max=200");
  EXPECT_EQ(task->info().n_inputs, 1 + 4 * 3);
  EXPECT_EQ(task->info().n_steps, 5 + 4 * 3 + 2 + 5);
  EXPECT_EQ(task->info().n_evaluation_steps, 5 + 4 * 3 + 1 + 5);
  const double weights[] = {-2, 0.5, 1};
  int n_right = 0, n_second = 0;
  double expected = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Trial trial = training_trial(*task, i);
    double sum = 0;
    for (Index input = 0; input < 12; ++input) sum += trial.inputs(1 + input, 16) * weights[input % 3];
    const int answer = class_at(trial, last_counted(trial));
    n_right += answer == (sum > 0 ? 2 : 1);
    n_second += answer == 2;
    expected += best_accuracy(sum);
  }
  EXPECT_NEAR(n_right, expected, 4 * std::sqrt(500.0));
  EXPECT_GT(n_second, 600);
  EXPECT_LT(n_second, 950) << "weights that lean to one side make its choice the more frequent";
}

TEST(ProbabilisticReasoning, impossible_parameters_are_the_users_error) {
  const auto refused = [](const std::string& parameters) {
    return user_error([&] { tasks().make("probabilistic_reasoning/" + parameters); });
  };
  EXPECT_THAT(refused("delay_min=600"),
              testing::HasSubstr("delay_min=600 is not possible for probabilistic_reasoning (delay_max is 550)"));
  EXPECT_THAT(refused("weights=[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]"),
              testing::HasSubstr("21 weights are not possible for probabilistic_reasoning (there are at most 20"));
  EXPECT_THAT(refused("stimulus=50"), testing::HasSubstr("has no step"));
}

TEST(ProbabilisticReasoning, extreme_parameters_make_trials) {
  for (const char* extreme : {"weights=1000", "weights=[-1000,1000]", "weights=0", "dt=400", "dt=0.1",
                              "delay_min=0,delay_max=0", "delay_max=1e5", "dt=0.1,stimulus=0.1"}) {
    SCOPED_TRACE(extreme);
    const auto task = tasks().make(std::string("probabilistic_reasoning/") + extreme);
    for (std::uint64_t i = 0; i < 3; ++i) EXPECT_GT(training_trial(*task, i).mask.sum(), 0);
    for (int condition = 0; condition < n_conditions(*task); ++condition)
      EXPECT_EQ(evaluation_trial(*task, condition).condition, condition);
  }
}

}  // namespace
}  // namespace cohort::test
