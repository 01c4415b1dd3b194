#include <cohort/learning/rate_schedule.hpp>

#include <cohort/core/catalogue.hpp>
#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

using testing::HasSubstr;

RateSchedule schedule(const std::string& assignments) {
  Description d;
  d.name = "optimizer";
  d.parameters = {ParameterInfo::number("rate", 0.5, 0, 1e6, "1", "")};
  RateSchedule::add_parameters(d);
  const std::string variant = assignments.empty() ? "optimizer" : "optimizer/" + assignments;
  return RateSchedule(Catalogue("optimizer", {d}).parse(variant));
}

std::string refusal(const std::string& assignments) {
  return user_error([&] { schedule(assignments); });
}

void expect_rates(const std::string& assignments, const std::vector<double>& expected) {
  const RateSchedule made = schedule(assignments);
  for (std::size_t k = 0; k < expected.size(); ++k)
    EXPECT_NEAR(made.rate(static_cast<std::int64_t>(k)), expected[k], 1e-15) << assignments << " update " << k;
}

TEST(RateSchedule, is_exactly_constant_unless_asked) {
  for (const std::int64_t update : {0, 1, 999, 1'000'000}) EXPECT_EQ(schedule("rate=3e-4").rate(update), 3e-4);
}

// The rates below are what PyTorch 1.13 prints for
//   o = torch.optim.SGD([torch.zeros(1)], lr=0.5); s = torch.optim.lr_scheduler.<...>
//   for _ in range(12): print(o.param_groups[0]['lr']); o.step(); s.step()

TEST(RateSchedule, step_agrees_with_torch) {  // StepLR(o, 4, 0.3)
  expect_rates("schedule=step,period=4,decay=0.3",
               {0.5, 0.5, 0.5, 0.5, 0.15, 0.15, 0.15, 0.15, 0.045, 0.045, 0.045, 0.045});
}

TEST(RateSchedule, exponential_agrees_with_torch) {  // ExponentialLR(o, 0.8)
  expect_rates("schedule=exponential,period=1,decay=0.8",
               {0.5, 0.4, 0.32000000000000006, 0.25600000000000006, 0.20480000000000007, 0.16384000000000007,
                0.13107200000000005, 0.10485760000000005, 0.08388608000000004, 0.06710886400000003, 0.05368709120000003,
                0.042949672960000025});
}

TEST(RateSchedule, cosine_agrees_with_torch) {  // CosineAnnealingLR(o, 11, 0.05)
  expect_rates(
      "schedule=cosine,horizon=11,final=0.1",
      {0.5, 0.49088591906326196, 0.4642820448870158, 0.42234366513768923, 0.36846837792542453, 0.30702083861148916,
       0.2429791613885109, 0.18153162207457563, 0.12765633486231093, 0.08571795511298427, 0.0591140809367381, 0.05});
}

TEST(RateSchedule, warm_up_agrees_with_torch) {  // LinearLR(o, start_factor=1/5, end_factor=1, total_iters=4)
  expect_rates("warmup=5", {0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5});
  expect_rates("warmup=1", {0.5, 0.5});
}

TEST(RateSchedule, warm_up_multiplies_a_schedule_as_in_torch) {  // ChainedScheduler([the LinearLR, the StepLR above])
  expect_rates("schedule=step,period=4,decay=0.3,warmup=5",
               {0.1, 0.2, 0.30000000000000004, 0.4, 0.15, 0.15, 0.15, 0.15, 0.045, 0.045, 0.045, 0.045});
}

TEST(RateSchedule, exponential_is_step_at_whole_periods_and_falls_between_them) {
  const RateSchedule smooth = schedule("schedule=exponential,period=10,decay=0.3");
  const RateSchedule step = schedule("schedule=step,period=10,decay=0.3");
  for (const std::int64_t k : {0, 10, 20, 50}) EXPECT_NEAR(smooth.rate(k), step.rate(k), 1e-15);
  EXPECT_NEAR(smooth.rate(5), 0.5 * std::sqrt(0.3), 1e-15);
  EXPECT_EQ(step.rate(5), 0.5);
}

TEST(RateSchedule, cosine_stays_at_its_end) {
  const RateSchedule cosine = schedule("schedule=cosine,horizon=20");
  EXPECT_EQ(cosine.rate(0), 0.5);
  EXPECT_NEAR(cosine.rate(10), 0.25, 1e-15);
  EXPECT_GT(cosine.rate(19), 0);
  for (const std::int64_t k : {20, 21, 30, 40}) EXPECT_EQ(cosine.rate(k), 0);
}

TEST(RateSchedule, large_then_decay_starts_large_and_ends_at_the_rate) {
  const RateSchedule large = schedule("schedule=large_then_decay,factor=8,at=100,period=10,decay=0.5");
  for (const std::int64_t k : {0, 50, 99, 100}) EXPECT_EQ(large.rate(k), 4) << k;
  EXPECT_NEAR(large.rate(101), 4 * std::pow(0.5, 0.1), 1e-14);
  EXPECT_NEAR(large.rate(110), 2, 1e-15);
  EXPECT_NEAR(large.rate(120), 1, 1e-15);
  for (const std::int64_t k : {130, 131, 1000, 1'000'000}) EXPECT_EQ(large.rate(k), 0.5) << k;
}

TEST(RateSchedule, refuses_a_schedule_without_its_parameters) {
  EXPECT_EQ(refusal("schedule=cosine"),
            "schedule=cosine of optimizer needs horizon (updates until the cosine ends). Add horizon=<updates>.");
  EXPECT_THAT(refusal("schedule=step,decay=0.5"), HasSubstr("schedule=step of optimizer needs period"));
  EXPECT_THAT(refusal("schedule=exponential"), HasSubstr("needs period"));
  EXPECT_THAT(refusal("schedule=large_then_decay,factor=3"), HasSubstr("needs period"));
  EXPECT_THAT(refusal("schedule=large_then_decay,period=5"), HasSubstr("needs factor"));
}

TEST(RateSchedule, refuses_parameters_that_its_schedule_ignores) {
  EXPECT_EQ(refusal("horizon=100"),
            "horizon=100 has no effect on optimizer (schedule=constant does not use it, cosine would)");
  EXPECT_THAT(refusal("schedule=step,period=5,final=0.1"), HasSubstr("final=0.1 has no effect on optimizer"));
  EXPECT_THAT(refusal("schedule=cosine,horizon=5,decay=0.5"),
              HasSubstr("schedule=cosine does not use it, exponential or large_then_decay or step would"));
  EXPECT_THAT(refusal("at=5"), HasSubstr("at=5 has no effect"));
}

TEST(RateSchedule, refuses_values_out_of_range) {
  EXPECT_THAT(refusal("schedule=linear"), HasSubstr("known:"));
  EXPECT_THAT(refusal("schedule=cosine,horizon=-1"), HasSubstr("horizon=-1 is not possible"));
  EXPECT_THAT(refusal("schedule=cosine,horizon=5,final=1.5"), HasSubstr("number in [0, 1]"));
  EXPECT_THAT(refusal("schedule=step,period=5,decay=2"), HasSubstr("number in [0, 1]"));
  EXPECT_THAT(refusal("schedule=large_then_decay,period=5,factor=0.5"), HasSubstr("factor=0.5 is not possible"));
  EXPECT_THAT(refusal("warmup=0.5"), HasSubstr("integer"));
}

}  // namespace
}  // namespace cohort::test
