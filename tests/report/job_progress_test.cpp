#include <cohort/report/job_progress.hpp>

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace cohort::test {
namespace {

using testing::HasSubstr;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

RunState ended(int rank, double started, double finished) {
  return {RunStatus::done, 1, rank, started, finished, finished - started, 0, ""};
}

Segment segment_of(int n_ranks, double end = kNone) { return {"17", "host", "", "", n_ranks, 1000, end, ""}; }

TEST(JobProgress, counts_what_the_newest_start_has_done) {
  const std::vector<RunState> states{ended(0, 500, 900),  // by the start before
                                     ended(0, 1000, 1100),
                                     ended(1, 1000, 1050),
                                     {RunStatus::pending, 1, 1, 1050, kNone, kNone, kNone, ""},
                                     {RunStatus::pending, 1, 0, 600, kNone, kNone, kNone, ""},  // left by it
                                     {RunStatus::pending, 0, -1, kNone, kNone, kNone, kNone, ""}};
  const JobProgress job = job_progress(states, segment_of(2), 1200);
  EXPECT_EQ(job.seconds, 200);
  EXPECT_EQ(job.n_ended, 2U);
  EXPECT_EQ(job.n_left, 3U);
  ASSERT_EQ(job.ranks.size(), 2U);
  EXPECT_EQ(job.ranks[0].busy, 0.5);
  EXPECT_EQ(job.ranks[1].busy, 1) << "it works on run 3";
  ASSERT_EQ(job.under_way.size(), 1U);
  EXPECT_EQ(job.under_way[0].run, 3U);
  EXPECT_EQ(job.under_way[0].seconds, 150);
  EXPECT_EQ(job.slowest[0].run, 0U);
  EXPECT_DOUBLE_EQ(job.seconds_left, 3 * (400 + 100 + 50) / 3.0 / 2);
  const std::string text = job_text(job, 1200);
  EXPECT_THAT(text, HasSubstr("2 runs ended in 3 min 20 s, 36 an hour"));
  EXPECT_THAT(text, HasSubstr("3 runs left: about 4 min 35 s on 2 ranks, until 1970-01-01 00:24 UTC"));
  EXPECT_THAT(text, HasSubstr("under way: 1 run, the longest, run 3 on rank 1, for 2 min 30 s"));
  EXPECT_THAT(text, HasSubstr("busy with runs for 75 % of the time; least rank 0, 50 %"));
  EXPECT_THAT(text, HasSubstr("slowest: run 0 6 min 40 s, run 1 1 min 40 s, run 2 50 s\n"));
}

TEST(JobProgress, says_nothing_where_nothing_is_known) {
  const std::vector<RunState> states{{RunStatus::pending, 0, -1, kNone, kNone, kNone, kNone, ""}};
  const JobProgress job = job_progress(states, segment_of(4), 1000);
  EXPECT_TRUE(std::isnan(job.seconds_left));
  EXPECT_EQ(job_text(job, 1000), "");
}

TEST(JobProgress, a_job_that_has_ended_stands_still) {
  const JobProgress job = job_progress({ended(0, 1000, 1100)}, segment_of(1, 1200), 99999);
  EXPECT_EQ(job.seconds, 200);
  EXPECT_EQ(job.ranks[0].busy, 0.5);
  EXPECT_EQ(job.seconds_left, 0);
}

TEST(LevelTable, lists_levels_and_shortens_long_factors) {
  std::vector<LevelProgress> levels{{"rule", "bptt", {1, 2, 0, 0}}, {"rule", "eprop", {0, 2, 1, 0}}};
  for (int seed = 0; seed < 30; ++seed) levels.push_back({"seed", std::to_string(seed), {0, 1, 0, 0}});
  const std::string table = level_table(levels);
  EXPECT_THAT(table, testing::ContainsRegex("rule +bptt +2 +0 +0 +1"));
  EXPECT_THAT(table, testing::ContainsRegex("seed +.30 levels."));
  EXPECT_EQ(level_table({}), "");
}

}  // namespace
}  // namespace cohort::test
