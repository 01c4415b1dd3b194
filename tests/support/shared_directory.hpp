#pragma once

#include <gtest/gtest.h>
#include <mpi.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace cohort {

/// A test with an empty directory that all ranks share, gone afterwards.
class SharedDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks_);
    std::string name = (std::filesystem::temp_directory_path() / "cohort_XXXXXX").string();
    if (rank_ == 0 && mkdtemp(name.data()) == nullptr) FAIL() << "no temporary directory";
    MPI_Bcast(name.data(), static_cast<int>(name.size()), MPI_CHAR, 0, MPI_COMM_WORLD);
    directory_ = name;
  }

  void TearDown() override {
    barrier();
    if (rank_ == 0) std::filesystem::remove_all(directory_);
  }

  std::string path(const std::string& name = "results.h5") const { return (directory_ / name).string(); }

  static void barrier() { MPI_Barrier(MPI_COMM_WORLD); }

  std::filesystem::path directory_;
  int rank_ = 0, n_ranks_ = 1;
};

}  // namespace cohort
