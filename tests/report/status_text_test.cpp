#include <cohort/report/status_text.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

StudyProgress progress_with(std::array<std::size_t, 4> n_runs) {
  StudyProgress progress;
  progress.n_runs = n_runs;
  return progress;
}

TEST(StatusText, CountsRunsByHowTheyEnded) {
  EXPECT_EQ(status_text(progress_with({4, 3, 2, 1})), "10 runs: 3 done, 2 diverged, 1 failed, 4 to do\n");
}

TEST(StatusText, TellsEachRunThatWentWrong) {
  StudyProgress progress = progress_with({0, 0, 1, 1});
  progress.troubled = {{0, RunStatus::failed, "out of memory"}, {1, RunStatus::diverged, "loss 1e9 at update 3"}};
  EXPECT_EQ(status_text(progress),
            "2 runs: 0 done, 1 diverged, 1 failed, 0 to do\n"
            "  run 0 failed: out of memory\n"
            "  run 1 diverged: loss 1e9 at update 3\n");
}

TEST(StatusText, CountsRunsThatWentWrongForOneReason) {
  StudyProgress progress = progress_with({0, 0, 601, 1});
  for (std::size_t run = 0; run < 600; ++run)
    progress.troubled.push_back({run, RunStatus::diverged, "loss 1.5e+09 at update " + std::to_string(run)});
  progress.troubled.push_back({600, RunStatus::diverged, "gradient is not finite"});
  progress.troubled.push_back({601, RunStatus::failed, "out of memory"});
  EXPECT_EQ(status_text(progress),
            "602 runs: 0 done, 601 diverged, 1 failed, 0 to do\n"
            "  600 runs diverged: loss # at update # (first: run 0 diverged: loss 1.5e+09 at update 0)\n"
            "  run 600 diverged: gradient is not finite\n"
            "  run 601 failed: out of memory\n");
}

TEST(StatusText, TellsAnalysesThatAreNotComplete) {
  StudyProgress progress = progress_with({0, 1, 0, 0});
  progress.analyses = {{"similarity/cka", 4, 4, 0, 0},
                       {"similarity/procrustes", 12, 5, 1, 90},
                       {"dynamics/fixed_points", 7, 0, 0, nan},
                       {"similarity/dsa"}};
  progress.failures = {{"similarity/procrustes", "runs 0 to 3", "no convergence"}};
  EXPECT_EQ(status_text(progress),
            "1 runs: 1 done, 0 diverged, 0 failed, 0 to do\n"
            "  similarity/procrustes: 5 of 12 items done, 1 failed, remaining: 1 min 30 s\n"
            "  dynamics/fixed_points: 0 of 7 items done, 0 failed\n"
            "  similarity/dsa: to do\n"
            "  similarity/procrustes: runs 0 to 3 failed: no convergence\n");
}

TEST(SegmentsText, TellsWhereWhenAndHowAJobEnded) {
  const Segment finished{"", "node1", "", "", 64, 86400, 90061, "finished"};
  const Segment open{"17", "node2", "", "", 1, 0, nan, ""};
  EXPECT_EQ(segments_text({finished, open}),
            "  started 1970-01-02 00:00:00 UTC on node1, 64 ranks: finished at 1970-01-02 01:01:01 UTC\n"
            "  started 1970-01-01 00:00:00 UTC on node2, 1 rank: running, or killed\n");
}

}  // namespace
}  // namespace cohort
