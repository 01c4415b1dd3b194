#include "path_for_all.hpp"

#include <cohort/store/together.hpp>

#include <filesystem>

namespace cohort::app {

std::string path_for_all(const std::string& path, MPI_Comm comm) {
  std::error_code unknown;
  const std::string own = std::filesystem::current_path(unknown).string();
  std::string first = own;
  broadcast(comm, first);
  int is_same = own == first ? 1 : 0;
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &is_same, 1, MPI_INT, MPI_MIN, comm), "MPI_Allreduce");
  return is_same != 0 ? path : (std::filesystem::path(first) / path).string();
}

}  // namespace cohort::app
