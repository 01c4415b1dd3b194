#include <cohort/cluster/round_size.hpp>
#include <cohort/cluster/simulated_job.hpp>
#include <cohort/study/cost_model.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace cohort::test {
namespace {

/// Nothing varies, and talking takes no time.
SimulatedJob ideal(int n_ranks) {
  SimulatedJob job;
  job.n_ranks = n_ranks;
  job.spread = 0;
  job.timing = {0, 0, 0, 0, 1e-9};
  job.update = 1e-6;
  return job;
}

std::vector<double> some_items(std::size_t n) {
  std::vector<double> seconds;
  for (std::size_t i = 0; i < n; ++i) seconds.push_back(100 + 37 * static_cast<double>(i % 11));
  return seconds;
}

double sum(const std::vector<double>& seconds) { return std::accumulate(seconds.begin(), seconds.end(), 0.0); }

TEST(SimulatedJob, without_talk_and_spread_is_the_greedy_plan) {
  for (const int n_ranks : {1, 2, 5, 16, 17, 40})
    for (const std::size_t n_items : {1U, 7U, 100U, 1001U}) {
      const auto items = some_items(n_items);
      const int n_workers = n_ranks <= 16 ? n_ranks : n_ranks - 1;
      const SimulatedOutcome outcome = simulate_training(items, ideal(n_ranks));
      EXPECT_NEAR(outcome.seconds, makespan(items, n_workers), 0.01) << n_items << " items on " << n_ranks << " ranks";
      EXPECT_DOUBLE_EQ(outcome.work, sum(items));
    }
}

TEST(SimulatedJob, every_message_takes_the_master_its_time) {
  SimulatedJob job = ideal(101);
  job.timing.message = 0.01;
  const std::vector<double> items(10000, 0.1);  // 1000 messages a second are more than it can answer
  const SimulatedOutcome outcome = simulate_training(items, job);
  EXPECT_EQ(outcome.n_messages, 10000U + 100U);
  EXPECT_NEAR(outcome.seconds, 101, 1);
  EXPECT_GT(outcome.master_load(), 0.99);
  EXPECT_LT(outcome.efficiency(job.n_ranks), 0.11);
}

TEST(SimulatedJob, stragglers_and_spread_cost_less_than_a_fixed_share_would) {
  SimulatedJob job = ideal(64);
  job.spread = 0.2;
  job.straggling = 0.1;
  job.slowness = 2;
  const SimulatedOutcome outcome = simulate_training(some_items(20000), job);
  EXPECT_LT(outcome.efficiency(64), 0.97) << "slow ranks do less";
  EXPECT_GT(outcome.efficiency(64), 0.90) << "but nobody waits for them";
}

TEST(SimulatedJob, a_death_costs_what_was_not_saved_and_the_new_start) {
  SimulatedJob job = ideal(20);
  const std::vector<double> items(190, 1000);
  const double whole = simulate_training(items, job).seconds;
  EXPECT_NEAR(whole, 10000, 1);
  job.deaths = 0.05;  // one rank
  job.restart = 50;
  job.save_every = 100;
  const SimulatedOutcome outcome = simulate_training(items, job);
  EXPECT_EQ(outcome.n_starts, 2);
  EXPECT_GT(outcome.seconds, whole + 50);
  EXPECT_LE(outcome.seconds, whole + 50 + 100 + 1000)
      << "what was lost, and perhaps one more of the longest at the end";
  job.save_every = 1e9;
  EXPECT_GT(simulate_training(items, job).seconds, outcome.seconds) << "nothing was saved";
  EXPECT_DOUBLE_EQ(simulate_training(items, job).work, 190 * 1000.0);
}

TEST(SimulatedJob, that_recovers_goes_on_without_the_dead) {
  SimulatedJob job = ideal(21);
  const std::vector<double> items(2000, 100);
  job.deaths = 0.25;  // five of 20 workers, 2.5 of them gone on average
  job.restart = 50;
  job.recovers = true;
  job.save_every = 1e9;  // nothing
  const SimulatedOutcome outcome = simulate_training(items, job);
  EXPECT_EQ(outcome.n_starts, 2) << "the analyses";
  EXPECT_EQ(outcome.n_messages, 2000U + 20U);
  EXPECT_GT(outcome.seconds, 10000 + 50 + 1000);
  EXPECT_LT(outcome.seconds, 10000 + 50 + 2500);
  EXPECT_DOUBLE_EQ(outcome.work, 2000 * 100.0);
}

TEST(SimulatedJob, that_recovers_goes_on_from_what_the_dead_saved) {
  SimulatedJob job = ideal(21);
  job.deaths = 0.05;  // one of 20 workers, whose item another one does when it has ended its own
  job.recovers = true;
  double with_saves = 0, without = 0;
  for (job.seed = 1; job.seed <= 10; ++job.seed)
    for (const double save_every : {1.0, 1e9}) {
      job.save_every = save_every;
      (save_every == 1.0 ? with_saves : without) += simulate_training(std::vector<double>(20, 1000.0), job).seconds;
    }
  EXPECT_NEAR(without, 10 * (2000 + job.restart), 1);
  EXPECT_LT(with_saves, without - 10 * 200);
}

TEST(SimulatedJob, whose_last_item_dies_with_its_worker_gives_it_to_another_one) {
  SimulatedJob job = ideal(18);
  job.recovers = true;
  job.deaths = 1.0 / 18;
  job.timing.noticing = 3;
  job.restart = 0;
  const SimulatedOutcome outcome = simulate_training(std::vector<double>(17, 1000.0), job);
  EXPECT_GT(outcome.seconds, 1000 + 3);
  EXPECT_LT(outcome.seconds, 2000 + 3);
}

TEST(SimulatedJob, the_same_seed_gives_the_same_job) {
  SimulatedJob job;
  job.n_ranks = 33;
  job.deaths = 0.1;
  job.straggling = 0.1;
  const double seconds = simulate_training(some_items(500), job).seconds;
  EXPECT_EQ(simulate_training(some_items(500), job).seconds, seconds);
  job.seed = 2;
  EXPECT_NE(simulate_training(some_items(500), job).seconds, seconds);
}

TEST(SimulatedJob, a_thousand_ranks_are_busy_where_runs_are_many) {
  SimulatedJob job;
  job.n_ranks = 1024;
  EXPECT_GT(simulate_training(some_items(100'000), job).efficiency(1024), 0.97);
  EXPECT_LT(simulate_training(some_items(1500), job).efficiency(1024), 0.9) << "some of them do one, others two";
}

TEST(SimulatedJob, analyses_go_in_rounds_of_some_seconds) {
  SimulatedJob job = ideal(17);
  const std::vector<double> items(1600, 1.0);  // 100 s on 16 workers
  const SimulatedOutcome outcome = simulate_analysis(items, 100, job);
  EXPECT_THAT(outcome.n_rounds, testing::AllOf(testing::Ge(6U), testing::Le(9U)));
  EXPECT_NEAR(outcome.seconds, 100, 10);
  const SimulatedOutcome fat = simulate_analysis(items, 1 << 20, job);
  EXPECT_GE(fat.n_rounds, 1600U / 9) << "no more than some megabytes at once";
  EXPECT_GT(fat.seconds, outcome.seconds + 1600.0 * 8 * (1 << 20) / 1e9);
}

TEST(RoundSize, is_cut_by_time_and_words_and_never_nothing) {
  const auto size = [](std::size_t n_open, double seconds, std::size_t words) {
    return size_of_round({n_open, 10, seconds, [](std::size_t) { return 1.0; }, [=](std::size_t) { return words; }});
  };
  EXPECT_EQ(size(1000, 0, 1), 40U) << "the first one is short";
  EXPECT_EQ(size(1000, 1.01, 1), 148U) << "15 seconds of ten ranks";
  EXPECT_EQ(size(1000, 1000.0, 1), 1U);
  EXPECT_EQ(size(1000, 0, 1U << 24), 1U);
  EXPECT_EQ(size(3, 0, 1), 3U);
  EXPECT_EQ(size(0, 1, 1), 0U);
}

TEST(RecommendedRanks, are_as_many_as_stay_busy) {
  SimulatedJob job;
  const std::vector<double> equal(64, 100.0);
  EXPECT_EQ(recommended_ranks(equal, ideal(1), 0.9), 16) << "of more than that rank 0 does no runs itself";
  std::vector<double> one_long(64, 1.0);
  one_long[0] = 64;
  EXPECT_EQ(recommended_ranks(one_long, ideal(1), 0.9), 2) << "the long one is half of all";
  EXPECT_EQ(recommended_ranks(some_items(1'000'000), job, 0.9), 4096);
  EXPECT_EQ(recommended_ranks({}, job, 0.9), 1);
  EXPECT_LT(recommended_ranks(std::vector<double>(100'000, 1e-3), job, 0.9), 64) << "rank 0 answers 50,000 in a second";
}

}  // namespace
}  // namespace cohort::test
