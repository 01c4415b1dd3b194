#pragma once

#include <cohort/core/file_answers.hpp>

#include <mpi.h>

#include <string>

namespace cohort {

/// Gives every rank of `comm` what rank 0 has (collective). A text may be longer than the 2^31 bytes of one MPI
/// message.
void broadcast(MPI_Comm comm, std::string& text);
void broadcast(MPI_Comm comm, FileAnswers& answers);

}  // namespace cohort
