#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

constexpr Index kPeriods = 12, kPeriod = 200;

/// Spikes of a symbol in a period.
double spikes(const Trial& trial, Index symbol, Index period) {
  return trial.inputs.block(10 * symbol, kPeriod * period, 10, kPeriod).sum();
}

TEST(StoreRecall, every_period_shows_one_bit) {
  const auto task = tasks().make("store_recall");
  double total = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Trial trial = training_trial(*task, i);
    ASSERT_EQ(trial.inputs.cols(), kPeriods * kPeriod);
    for (Index period = 0; period < kPeriods; ++period) {
      EXPECT_EQ(std::min(spikes(trial, 0, period), spikes(trial, 1, period)), 0);
      EXPECT_GT(std::max(spikes(trial, 0, period), spikes(trial, 1, period)), 0);
      total += spikes(trial, 0, period) + spikes(trial, 1, period);
    }
  }
  const double expected = 100 * kPeriods * 0.2 * 10 * 50;  // s, units, Hz
  EXPECT_NEAR(total, expected, 4 * std::sqrt(expected));
}

TEST(StoreRecall, remembering_the_stored_bit_is_always_right) {
  const auto task = tasks().make("store_recall");
  int n_recalls = 0, n_other = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Trial trial = training_trial(*task, i);
    int stored = -1;
    bool recalled = false;
    for (Index period = 0; period < kPeriods; ++period) {
      const int bit = spikes(trial, 1, period) > 0;
      const bool store = spikes(trial, 2, period) > 0, recall = spikes(trial, 3, period) > 0;
      if (store) {
        EXPECT_EQ(stored, -1) << "stored twice";
        stored = bit;
      }
      EXPECT_TRUE(trial.mask.middleCols(period * kPeriod, kPeriod).isConstant(recall ? 1 : 0, 0));
      if (!recall) continue;
      ++n_recalls;
      n_other += bit != stored;
      ASSERT_NE(stored, -1) << "nothing to recall";
      for (Index step = 0; step < kPeriod; ++step) ASSERT_EQ(class_at(trial, period * kPeriod + step), stored);
      stored = -1;
      recalled = true;
    }
    EXPECT_TRUE(recalled);
  }
  EXPECT_NEAR(n_other, n_recalls / 2.0, 4 * std::sqrt(n_recalls / 4.0));  // the bit shown at recall says nothing
}

TEST(StoreRecall, evaluation_asks_after_known_delays) {
  const auto task = tasks().make("store_recall");
  EXPECT_EQ(task->info().conditions, (std::vector<std::string>{"delay=2,bit=0", "delay=2,bit=1", "delay=4,bit=0",
                                                               "delay=4,bit=1", "delay=8,bit=0", "delay=8,bit=1"}));
  const Index delays[] = {2, 4, 8};
  for (int condition = 0; condition < 6; ++condition) {
    const Trial trial = evaluation_trial(*task, condition);
    for (Index period = 0; period < kPeriods; ++period) {
      EXPECT_EQ(spikes(trial, 2, period) > 0, period == 1);
      EXPECT_EQ(spikes(trial, 3, period) > 0, period == 1 + delays[condition / 2]);
    }
    EXPECT_EQ(spikes(trial, 1, 1) > 0, condition % 2 == 1);
    EXPECT_EQ(class_at(trial, last_counted(trial)), condition % 2);
  }
}

TEST(StoreRecall, short_trials_have_the_delays_that_fit) {
  EXPECT_EQ(n_conditions(*tasks().make("store_recall/periods=4")), 2);
  EXPECT_EQ(n_conditions(*tasks().make("store_recall/periods=6,dt=10,rate=20")), 4);
  for (std::uint64_t i = 0; i < 50; ++i) training_trial(*tasks().make("store_recall/periods=4,dt=20"), i);
}

}  // namespace
}  // namespace cohort::test
