#pragma once

#include <cohort/cluster/broadcast.hpp>

#include <string>

namespace cohort::app {

/// `path` as rank 0 means it: absolute when some rank works in another folder (collective).
std::string path_for_all(const std::string& path, MPI_Comm comm);

}  // namespace cohort::app
