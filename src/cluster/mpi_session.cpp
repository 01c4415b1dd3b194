#include <cohort/cluster/mpi_session.hpp>

#include <cohort/store/together.hpp>

#include <exception>

namespace cohort {

MpiSession::MpiSession() : exceptions_(std::uncaught_exceptions()) {
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  check_mpi(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &communicator_), "MPI_Comm_dup");
  check_mpi(MPI_Comm_set_errhandler(communicator_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  rank_ = rank_of(communicator_);
  size_ = size_of(communicator_);
}

MpiSession::~MpiSession() {
  if (std::uncaught_exceptions() > exceptions_) return;  // the others may not come to MPI_Finalize
  MPI_Comm_free(&communicator_);
  MPI_Finalize();
}

}  // namespace cohort
