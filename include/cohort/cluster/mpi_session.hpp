#pragma once

#include <mpi.h>

namespace cohort {

/// MPI from construction to destruction: this process's rank and the size of the job. A program that was not started by
/// mpirun is a job of one rank. A session that is left by an exception does not finalize MPI, which would wait for
/// ranks that may never come.
class MpiSession {
 public:
  MpiSession();
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  /// All ranks, on a communicator of our own whose calls return their errors (see check_mpi).
  MPI_Comm communicator() const { return communicator_; }

 private:
  MPI_Comm communicator_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
  int exceptions_;  ///< on their way when the session began
};

}  // namespace cohort
