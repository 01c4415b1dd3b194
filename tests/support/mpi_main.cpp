#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cstdio>

namespace {

/// What the ranks other than 0 print: their failures.
class FailuresOnly final : public testing::EmptyTestEventListener {
 public:
  explicit FailuresOnly(int rank) : rank_(rank) {}
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    const char* file = result.file_name() == nullptr ? "unknown file" : result.file_name();
    std::fprintf(stderr, "rank %d: %s:%d: %s\n", rank_, file, result.line_number(), result.message());
  }

 private:
  int rank_;
};

}  // namespace

/// main() of tests that run alone and under mpirun: prints once, fails when any rank fails.
int main(int n_arguments, char** arguments) {
  MPI_Init(&n_arguments, &arguments);
  testing::InitGoogleTest(&n_arguments, arguments);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (rank != 0) {
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailuresOnly(rank));
  }
  int result = RUN_ALL_TESTS();
  MPI_Allreduce(MPI_IN_PLACE, &result, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Finalize();
  return result;
}
