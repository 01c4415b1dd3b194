#pragma once

#include <mpi.h>

namespace cohort {

/// MPI from construction to destruction: this process's rank and the size of the job. A program that was not started by
/// mpirun is a job of one rank.
class MpiSession {
 public:
  MpiSession();
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  MPI_Comm communicator() const { return MPI_COMM_WORLD; }

 private:
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace cohort
