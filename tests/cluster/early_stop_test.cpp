#include <cohort/cluster/early_stop.hpp>
#include <cohort/cluster/scheduler.hpp>

#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>

#include <cmath>

namespace cohort::test {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

StopOptions with_end(std::chrono::seconds ago, std::chrono::seconds from_now) {
  StopOptions options;
  options.start = StopOptions::Clock::now() - ago;
  options.end = StopOptions::Clock::now() + from_now;
  return options;
}

TEST(EarlyStop, nothing_ends_a_job_without_limits) {
  EarlyStop stop({}, "");
  EXPECT_FALSE(stop.is_due());
  EXPECT_TRUE(std::isinf(stop.seconds_left()));
  EXPECT_EQ(stop.reason(), "");
}

TEST(EarlyStop, whoever_asks_says_why) {
  EarlyStop stop({}, "");
  stop.ask("a run failed");
  stop.ask("something else");
  EXPECT_TRUE(stop.is_due());
  EXPECT_EQ(stop.reason(), "a run failed");
}

TEST(EarlyStop, a_signal_is_its_own_reason) {
  StopOptions options;
  bool is_asked = false;
  options.requested = [&] { return is_asked; };
  EarlyStop stop(options, "");
  EXPECT_FALSE(stop.is_due());
  is_asked = true;
  EXPECT_TRUE(stop.is_due());
  is_asked = false;
  EXPECT_TRUE(stop.is_due()) << "it stays due";
  EXPECT_EQ(stop.reason(), "");
}

TEST(EarlyStop, a_job_keeps_a_minute_of_its_time_or_a_tenth) {
  EarlyStop early(with_end(minutes(50), minutes(10)), ""), late(with_end(minutes(100), std::chrono::seconds(59)), "");
  EXPECT_NEAR(early.seconds_left(), 540, 5);
  EXPECT_FALSE(early.is_due());
  EXPECT_TRUE(late.is_due());
  EXPECT_THAT(late.reason(), HasSubstr("time of 1 h 40 min is nearly over"));
  EarlyStop brief(with_end(std::chrono::seconds(0), std::chrono::seconds(20)), "");
  EXPECT_NEAR(brief.seconds_left(), 18, 2);
  EXPECT_FALSE(brief.is_due());
}

TEST(EarlyStop, a_stop_file_ends_the_job) {
  const TemporaryDirectory directory;
  EarlyStop before({}, directory.path("none.stop"));
  EXPECT_FALSE(before.is_due());
  EarlyStop stop({}, directory.write("results.h5.stop", ""));
  EXPECT_TRUE(stop.is_due());
  EXPECT_THAT(stop.reason(), HasSubstr("results.h5.stop"));
}

TEST(Scheduler, leaves_out_what_has_no_time) {
  Scheduler scheduler({5, 1, 3, 4}, {true, true, true, true}, Scheduler::Order::longest_first);
  double most = 10;
  scheduler.only_if([&](double cost) { return cost <= most; });
  EXPECT_EQ(scheduler.next(), 0U);
  most = 3;
  EXPECT_EQ(scheduler.next(), 2U) << "the longest that fits";
  most = 0.5;
  EXPECT_EQ(scheduler.next(), std::nullopt);
  EXPECT_EQ(scheduler.n_left(), 4U) << "two run, two were left out";
  most = 10;
  EXPECT_EQ(scheduler.next(), 3U);
}

}  // namespace
}  // namespace cohort::test
