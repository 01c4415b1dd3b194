#include <cohort/core/errors.hpp>
#include <cohort/store/together.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort {
namespace {

TEST(Together, succeeds_when_all_do) {
  int calls = 0;
  together(MPI_COMM_WORLD, [&] { ++calls; });
  together(MPI_COMM_NULL, [&] { ++calls; });
  EXPECT_EQ(calls, 2);
}

TEST(Together, every_rank_hears_of_the_failure_of_one) {
  const int last = size_of(MPI_COMM_WORLD) - 1;
  const auto fail_on_last = [&] {
    if (rank_of(MPI_COMM_WORLD) == last) throw UserError("disk full", "on the last rank");
  };
  try {
    together(MPI_COMM_WORLD, fail_on_last);
    FAIL() << "no error";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "disk full (on the last rank)");
  }
}

TEST(Together, the_lowest_rank_speaks_and_keeps_the_kind) {
  const auto fail_differently = [] {
    if (rank_of(MPI_COMM_WORLD) == 0) throw InternalError("first");
    throw UserError("second");
  };
  EXPECT_THROW(together(MPI_COMM_WORLD, fail_differently), InternalError);
}

TEST(Together, return_codes_become_errors) {
  EXPECT_NO_THROW(check_mpi(MPI_SUCCESS, "MPI_Nothing"));
  EXPECT_THROW(check_mpi(MPI_ERR_COMM, "MPI_Nothing"), InternalError);
}

}  // namespace
}  // namespace cohort
