#include <support/sample_results.hpp>
#include <support/shared_directory.hpp>

#include <cohort/store/run_table.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace cohort {
namespace {

/// Jobs that are killed with SIGKILL in the middle of writing, on three ranks. This process starts them, so it must
/// be no rank itself.
class KilledWriterTest : public SharedDirectoryTest {
 protected:
  void SetUp() override {
    SharedDirectoryTest::SetUp();
    if (n_ranks_ > 1) GTEST_SKIP() << "starts jobs of its own: runs without mpirun only";
  }

  /// Runs the writer in an environment without traces of this process's MPI. Its noise goes to a file.
  void run_writer(const std::string& arguments) {
    const std::string command = fmt::format(
        "env -i PATH=\"$PATH\" HOME=/tmp OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
        "OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_btl=self,vader,tcp "
        "OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_mpi_yield_when_idle=1 "
        "{} -n 3 {} {} {} >{} 2>&1 </dev/null",
        COHORT_MPIEXEC, COHORT_STORE_WRITER, path(), arguments, path("noise"));
    ASSERT_NE(std::system(command.c_str()), 0) << "the writer was to be killed";
  }
};

TEST_F(KilledWriterTest, file_holds_exactly_the_finished_rows) {
  run_writer("kill");
  ResultsFile file = ResultsFile::open_serial(path());
  const RunTable table(file);
  EXPECT_THAT(table.finished(), testing::ElementsAre(1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0));
  for (const std::size_t run : {0, 1, 2, 4, 5})
    EXPECT_EQ(table.read(run).snapshots[0].representation, sample_result(run).snapshots[0].representation);
  EXPECT_EQ(table.read_status()[11], RunStatus::pending);
  EXPECT_EQ(table.read_curve(11, "loss")[9], 1.0f) << "the half row is there, but does not count";
  EXPECT_TRUE(std::isnan(table.read_curve(11, "loss")[10]));
  EXPECT_THAT(table.read_curve(10, "loss"), testing::Each(testing::IsNan()));
}

TEST_F(KilledWriterTest, ranks_that_abandon_the_file_leave_it_whole) {
  run_writer("abandon");
  ResultsFile file = ResultsFile::open_serial(path());
  EXPECT_THAT(RunTable(file).finished(), testing::ElementsAre(1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0));
}

TEST_F(KilledWriterTest, killed_at_any_moment_every_row_is_right_or_does_not_count) {
  std::size_t n_finished = 0;
  for (const int milliseconds : {2, 10, 20, 35, 50}) {
    std::filesystem::remove(path());
    run_writer(fmt::format("random {}", milliseconds));
    ResultsFile file = ResultsFile::open_serial(path());
    const RunTable table(file);
    const auto finished = table.finished();
    const auto status = table.read_status();
    for (std::size_t run = 0; run < finished.size(); ++run) {
      const bool counts = status[run] == RunStatus::done || status[run] == RunStatus::diverged;
      EXPECT_EQ(finished[run], counts) << "a row without a right checksum says that it is finished";
      if (!finished[run]) continue;
      ++n_finished;
      EXPECT_EQ(table.read(run).snapshots[0].parameters, sample_result(run).snapshots[0].parameters);
      EXPECT_EQ(table.read_curve(run, "loss")[2], sample_result(run).curves[1].values[2]);
    }
  }
  EXPECT_GT(n_finished, 0u);
}

}  // namespace
}  // namespace cohort
