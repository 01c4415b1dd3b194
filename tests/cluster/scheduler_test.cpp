#include <cohort/cluster/scheduler.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using Order = Scheduler::Order;

const std::vector<double> kCost{3, 10, 1, 10, 5};
const std::vector<bool> kAll(5, true);

std::vector<std::size_t> handed_out(Scheduler& scheduler) {
  std::vector<std::size_t> runs;
  while (const auto run = scheduler.next()) runs.push_back(*run);
  return runs;
}

std::vector<std::size_t> handed_out(const std::vector<bool>& open, Order order) {
  Scheduler scheduler(kCost, open, order);
  return handed_out(scheduler);
}

TEST(Scheduler, orders_by_expected_cost_or_by_the_list) {
  EXPECT_THAT(handed_out(kAll, Order::longest_first), ElementsAre(1, 3, 4, 0, 2)) << "equal costs stay in order";
  EXPECT_THAT(handed_out(kAll, Order::listed), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(handed_out(kAll, Order::reversed), ElementsAre(4, 3, 2, 1, 0));
}

TEST(Scheduler, hands_out_only_what_is_open) {
  EXPECT_THAT(handed_out({true, false, true, true, false}, Order::longest_first), ElementsAre(3, 0, 2));
  EXPECT_THAT(handed_out(std::vector<bool>(5, false), Order::listed), testing::IsEmpty());
}

TEST(Scheduler, what_is_postponed_or_given_back_comes_last) {
  Scheduler scheduler(kCost, kAll, Order::longest_first);
  scheduler.postpone({1, 0});
  EXPECT_EQ(scheduler.next(), 3U);
  EXPECT_EQ(scheduler.next(), 4U);
  scheduler.give_back(3);
  EXPECT_EQ(scheduler.n_running(), 1U);
  EXPECT_THAT(handed_out(scheduler), ElementsAre(2, 1, 0, 3));
}

TEST(Scheduler, counts_what_runs_what_is_left_and_how_runs_ended) {
  Scheduler scheduler(kCost, kAll, Order::listed);
  EXPECT_EQ(scheduler.n_left(), 5U);
  EXPECT_FALSE(scheduler.all_ended());
  scheduler.next();
  scheduler.next();
  EXPECT_EQ(scheduler.n_running(), 2U);
  EXPECT_EQ(scheduler.n_left(), 5U);
  scheduler.ended(1, RunStatus::diverged);
  EXPECT_EQ(scheduler.n_running(), 1U);
  EXPECT_EQ(scheduler.n_left(), 4U);
  scheduler.ended(0, RunStatus::done);
  while (const auto run = scheduler.next()) scheduler.ended(*run, RunStatus::failed);
  EXPECT_EQ(scheduler.n_ended(RunStatus::done), 1U);
  EXPECT_EQ(scheduler.n_ended(RunStatus::diverged), 1U);
  EXPECT_EQ(scheduler.n_ended(RunStatus::failed), 3U);
  EXPECT_TRUE(scheduler.all_ended());
  EXPECT_EQ(scheduler.n_left(), 0U);
}

TEST(Scheduler, progress_is_the_share_of_the_expected_cost) {
  Scheduler scheduler(kCost, {true, true, false, false, true}, Order::listed);  // 3 + 10 + 5
  EXPECT_EQ(scheduler.progress(), 0);
  scheduler.next();
  EXPECT_EQ(scheduler.progress(), 0);
  scheduler.ended(0, RunStatus::done);
  EXPECT_DOUBLE_EQ(scheduler.progress(), 3.0 / 18);
  scheduler.next();
  scheduler.ended(1, RunStatus::diverged);
  EXPECT_DOUBLE_EQ(scheduler.progress(), 13.0 / 18);
  scheduler.next();
  scheduler.ended(4, RunStatus::pending);
  EXPECT_DOUBLE_EQ(scheduler.progress(), 13.0 / 18) << "a run that was given up is not done";
  EXPECT_EQ(Scheduler(kCost, std::vector<bool>(5, false), Order::listed).progress(), 1);
}

TEST(Scheduler, refuses_what_cannot_have_ended) {
  Scheduler scheduler(kCost, kAll, Order::listed);
  scheduler.next();
  EXPECT_THROW(scheduler.ended(0, static_cast<RunStatus>(200)), std::logic_error);
  EXPECT_THROW(scheduler.ended(99, RunStatus::done), std::logic_error);
  EXPECT_EQ(scheduler.n_running(), 1U);
}

TEST(Scheduler, hands_out_nothing_after_it_was_stopped) {
  Scheduler scheduler(kCost, kAll, Order::longest_first);
  scheduler.next();
  scheduler.stop();
  EXPECT_EQ(scheduler.next(), std::nullopt);
  EXPECT_FALSE(scheduler.all_ended()) << "one is still running";
  scheduler.ended(1, RunStatus::done);
  EXPECT_TRUE(scheduler.all_ended());
}

}  // namespace
}  // namespace cohort::test
