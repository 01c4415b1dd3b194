#include <cohort/core/errors.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <string>

namespace cohort {
namespace {

enum class Kind : int { user, internal };

/// Gives every rank what rank `root` knows of its error, and throws it.
[[noreturn]] void throw_error_of(int root, MPI_Comm comm, std::string text, Kind kind) {
  int header[2] = {static_cast<int>(kind), static_cast<int>(text.size())};
  check_mpi(MPI_Bcast(header, 2, MPI_INT, root, comm), "MPI_Bcast");
  text.resize(static_cast<std::size_t>(header[1]));
  check_mpi(MPI_Bcast(text.data(), header[1], MPI_CHAR, root, comm), "MPI_Bcast");
  if (static_cast<Kind>(header[0]) == Kind::user) throw AgreedUserError(text);
  throw AgreedInternalError(text);
}

}  // namespace

void check_mpi(int code, const char* what, std::source_location where) {
  if (code == MPI_SUCCESS) return;
  char reason[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, reason, &length);
  throw InternalError(fmt::format("internal error: {} failed ({}) at {}:{}", what,
                                  std::string(reason, static_cast<std::size_t>(length)),
                                  std::filesystem::path(where.file_name()).filename().string(), where.line()));
}

void together(MPI_Comm comm, const std::function<void()>& step) {
  if (comm == MPI_COMM_NULL) return step();
  bool failed = true;
  std::string text;
  Kind kind = Kind::internal;
  try {
    step();
    failed = false;
  } catch (const UserError& error) {
    text = error.what();
    kind = Kind::user;
  } catch (const std::exception& error) {
    text = error.what();
  }
  const int mine = failed ? rank_of(comm) : size_of(comm);
  int lowest = 0;
  check_mpi(MPI_Allreduce(&mine, &lowest, 1, MPI_INT, MPI_MIN, comm), "MPI_Allreduce");
  if (lowest < size_of(comm)) throw_error_of(lowest, comm, text, kind);
}

int rank_of(MPI_Comm comm) {
  int rank = 0;
  if (comm != MPI_COMM_NULL) check_mpi(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank");
  return rank;
}

int size_of(MPI_Comm comm) {
  int size = 1;
  if (comm != MPI_COMM_NULL) check_mpi(MPI_Comm_size(comm, &size), "MPI_Comm_size");
  return size;
}

}  // namespace cohort
