#include <cohort/core/errors.hpp>

#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

namespace cohort::test {
namespace {

constexpr Index kPeriods = 12, kPeriod = 200, kGroup = 25;
constexpr Index kStore = 2, kRecall = 3;  // symbols

/// One unit per symbol, which fires for certain, and one step per period: inputs are symbol x period.
const std::string kBare = "dt=10,period=10,group=1,rate=100";

/// Spikes of a symbol in a period.
double spikes(const Trial& trial, Index symbol, Index period) {
  return trial.inputs.block(kGroup * symbol, kPeriod * period, kGroup, kPeriod).sum();
}

TEST(StoreRecall, every_period_but_recall_shows_one_bit) {
  const auto task = tasks().make("store_recall");
  double total = 0, n_shown = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Trial trial = training_trial(*task, i);
    ASSERT_EQ(trial.inputs.rows(), 4 * kGroup);
    ASSERT_EQ(trial.inputs.cols(), kPeriods * kPeriod);
    for (Index period = 0; period < kPeriods; ++period) {
      const double zero = spikes(trial, 0, period), one = spikes(trial, 1, period);
      EXPECT_EQ(std::min(zero, one), 0);
      EXPECT_EQ(std::max(zero, one) > 0, spikes(trial, kRecall, period) == 0);
      EXPECT_EQ(std::min(spikes(trial, kStore, period), spikes(trial, kRecall, period)), 0);
      for (Index symbol = 0; symbol < 4; ++symbol) {
        total += spikes(trial, symbol, period);
        n_shown += spikes(trial, symbol, period) > 0;
      }
    }
  }
  const double expected = n_shown * 0.2 * kGroup * 50;  // s, units, Hz
  EXPECT_NEAR(total, expected, 4 * std::sqrt(expected));
}

TEST(StoreRecall, remembering_the_stored_bit_is_always_right) {
  const auto task = tasks().make("store_recall/" + kBare);
  int n_recalls = 0, n_other = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Trial trial = training_trial(*task, i);
    std::optional<int> stored;
    int last_bit = -1;
    for (Index period = 0; period < kPeriods; ++period) {
      const bool recall = trial.inputs(kRecall, period) > 0;
      if (trial.inputs(kStore, period) > 0) {
        EXPECT_FALSE(stored) << "stored twice";
        stored = trial.inputs(1, period) > 0;
      }
      EXPECT_EQ(trial.mask(0, period), recall ? 1 : 0);
      if (!recall) {
        last_bit = trial.inputs(1, period) > 0;
        continue;
      }
      ASSERT_TRUE(stored) << "nothing to recall";
      EXPECT_EQ(class_at(trial, period), *stored);
      ++n_recalls;
      n_other += last_bit != *stored;
      stored.reset();
    }
    EXPECT_FALSE(stored) << "never recalled";
    EXPECT_GT(trial.mask.sum(), 0);
  }
  EXPECT_NEAR(n_other, n_recalls / 2.0, 4 * std::sqrt(n_recalls / 4.0));  // the bit shown last says nothing
}

TEST(StoreRecall, a_bit_comes_between_store_and_recall) {
  const auto task = tasks().make("store_recall/" + kBare);
  std::set<Index> delays;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const Trial trial = training_trial(*task, i);
    Index store = 0;
    for (Index period = 0; period < kPeriods; ++period) {
      if (trial.inputs(kStore, period) > 0) store = period;
      if (trial.inputs(kRecall, period) > 0) delays.insert(period - store);
    }
  }
  EXPECT_EQ(*delays.begin(), 2);
  EXPECT_EQ(*delays.rbegin(), 11);
}

/// How often STORE and RECALL come in each period, [2 x periods], in trials with a command in a period with probability
/// p of which those that do not count are left out: summed over all 2^periods trials.
MatrixXd expected_commands(Index n_periods, double p) {
  MatrixXd frequency = MatrixXd::Zero(2, n_periods);
  double total = 0;
  for (std::uint32_t given = 1; given < 1U << n_periods; ++given) {
    MatrixXd commands = MatrixXd::Zero(2, n_periods);
    double probability = 1;
    bool is_full = false, counts = true;
    for (Index period = 0; period < n_periods; ++period) {
      const bool is_given = (given >> period & 1) == 1;
      probability *= is_given ? p : 1 - p;
      if (!is_given) continue;
      counts = counts && !(is_full && (given >> (period - 1) & 1) == 1);
      commands(is_full ? 1 : 0, period) = 1;
      is_full = !is_full;
    }
    if (!counts || is_full) continue;
    frequency += probability * commands;
    total += probability;
  }
  return frequency / total;
}

TEST(StoreRecall, commands_come_as_often_as_in_trials_drawn_until_they_count) {
  constexpr int n = 100'000;
  for (const auto& [parameters, p] : {std::pair{"", 1.0 / 7}, std::pair{",p=0.9", 0.9}}) {
    const auto task = tasks().make("store_recall/" + kBare + parameters);
    MatrixXd counts = MatrixXd::Zero(2, kPeriods);
    for (std::uint64_t i = 0; i < n; ++i) counts += training_trial(*task, i).inputs.bottomRows(2);
    const MatrixXd expected = expected_commands(kPeriods, p);
    for (Index period = 0; period < kPeriods; ++period) {
      for (Index command = 0; command < 2; ++command) {
        const double f = expected(command, period);
        EXPECT_NEAR(counts(command, period) / n, f, 4.5 * std::sqrt(f * (1 - f) / n)) << command << " " << period;
      }
    }
  }
  // The test tells one p from another: the largest tolerance is that of a frequency of a half.
  EXPECT_GT((expected_commands(kPeriods, 1.0 / 6) - expected_commands(kPeriods, 1.0 / 7)).cwiseAbs().maxCoeff(),
            4.5 * std::sqrt(0.25 / n));
}

TEST(StoreRecall, performance_is_the_fraction_of_recalls_that_are_right_on_average) {
  const auto task = tasks().make("store_recall/dt=10,group=1,rate=20");  // periods of 20 steps
  int n_several = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Trial trial = training_trial(*task, i);
    const double n_recalls = trial.mask.sum() / 20;
    n_several += n_recalls > 1;
    // Before the recalls nothing counts.
    MatrixXd outputs = right_outputs(*task, trial);
    for (Index step = 0; step < outputs.cols(); ++step)
      if (trial.mask(0, step) == 0) outputs.col(step).reverseInPlace();
    EXPECT_EQ(task->performance(trial, outputs), 1);
    const Index last = last_counted(trial);
    const Index right = class_at(trial, last);
    outputs(1 - right, last) = 15;  // wrong at the last step, but right on average: 15 < 19
    outputs(right, last) = 0;
    EXPECT_EQ(task->performance(trial, outputs), 1);
    outputs(1 - right, last - 1) = 15;  // right at one step more than wrong, but wrong on average
    EXPECT_NEAR(task->performance(trial, outputs), 1 - 1 / n_recalls, 1e-15);
  }
  EXPECT_GT(n_several, 10);
}

TEST(StoreRecall, evaluation_asks_after_known_delays) {
  const auto task = tasks().make("store_recall");
  EXPECT_EQ(task->info().conditions, (std::vector<std::string>{"delay=2,bit=0", "delay=2,bit=1", "delay=4,bit=0",
                                                               "delay=4,bit=1", "delay=8,bit=0", "delay=8,bit=1"}));
  const Index delays[] = {2, 4, 8};
  for (int condition = 0; condition < 6; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    for (Index period = 0; period < kPeriods; ++period) {
      EXPECT_EQ(spikes(trial, kStore, period) > 0, period == 1);
      EXPECT_EQ(spikes(trial, kRecall, period) > 0, period == 1 + delays[condition / 2]);
    }
    EXPECT_EQ(spikes(trial, 1, 1) > 0, condition % 2 == 1);
    EXPECT_EQ(class_at(trial, last_counted(trial)), condition % 2);
    EXPECT_EQ(trial.mask.sum(), kPeriod);
  }
}

TEST(StoreRecall, training_trials_carry_the_bit_and_the_delay_of_their_first_recall) {
  const auto task = tasks().make("store_recall/" + kBare);
  const Index delays[] = {2, 4, 8};
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Trial trial = training_trial(*task, i);
    Index store = 0, recall = 0;
    trial.inputs.row(kStore).maxCoeff(&store);
    trial.inputs.row(kRecall).maxCoeff(&recall);
    EXPECT_EQ(trial.condition % 2, trial.inputs(1, store) > 0 ? 1 : 0);
    const Index at = trial.condition / 2, delay = recall - store;
    EXPECT_TRUE(at == 2 || delay <= delays[at]) << delay;
    EXPECT_TRUE(at == 0 || delay > delays[at - 1]) << delay;
  }
}

TEST(StoreRecall, short_trials_have_the_delays_that_fit) {
  EXPECT_EQ(n_conditions(*tasks().make("store_recall/periods=4")), 2);
  EXPECT_EQ(n_conditions(*tasks().make("store_recall/periods=6,dt=10,rate=20")), 4);
}

TEST(StoreRecall, extreme_parameters_work) {
  for (const char* more : {"periods=4,p=0.01", "periods=4,p=0.99", "periods=10000,p=0.01", "periods=10000,p=0.99",
                           "periods=10000", "repeats=1"}) {
    SCOPED_TRACE(more);
    const auto task = tasks().make("store_recall/" + kBare + "," + more);
    for (std::uint64_t i = 0; i < 3; ++i) {
      const Trial trial = training_trial(*task, i);
      EXPECT_GT(trial.mask.sum(), 0);
      EXPECT_EQ(task->performance(trial, right_outputs(*task, trial)), 1);
      const auto commands = trial.inputs.bottomRows(2).rowwise().sum();
      EXPECT_EQ(commands[0], commands[1]) << "a bit was not recalled";
    }
  }
  EXPECT_TRUE(training_trial(*tasks().make("store_recall/rate=0"), 0).inputs.isZero(0));
}

TEST(StoreRecall, a_command_in_every_period_is_the_users_error) {
  EXPECT_THROW(tasks().make("store_recall/p=1"), UserError);  // no bit would come between STORE and RECALL
}

}  // namespace
}  // namespace cohort::test
