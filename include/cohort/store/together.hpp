#pragma once

#include <cohort/core/errors.hpp>

#include <mpi.h>

#include <functional>
#include <source_location>

namespace cohort {

/// Throws InternalError when `code` is not MPI_SUCCESS.
void check_mpi(int code, const char* what, std::source_location where = std::source_location::current());

/// An error that all ranks of a communicator have heard of, with the same text: each of them may leave in good order.
/// What `together` throws is one of these and a UserError or an InternalError besides.
class AgreedError {
 public:
  virtual ~AgreedError() = default;
};

class AgreedUserError final : public UserError, public AgreedError {
 public:
  using UserError::UserError;
};

class AgreedInternalError final : public InternalError, public AgreedError {
 public:
  using InternalError::InternalError;
};

/// Runs `step` on every rank of `comm`, then lets all ranks agree (collective): returns when it succeeded on every
/// rank; otherwise every rank throws the error of the lowest rank that failed, with the same text and kind
/// (AgreedUserError or AgreedInternalError). So no rank waits for one that has given up. With MPI_COMM_NULL it just
/// runs `step`.
void together(MPI_Comm comm, const std::function<void()>& step);

/// This process's number in `comm` and how many there are; 0 and 1 for MPI_COMM_NULL.
int rank_of(MPI_Comm comm);
int size_of(MPI_Comm comm);

}  // namespace cohort
