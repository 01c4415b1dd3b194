#pragma once

#include <mpi.h>

#include <string>
#include <vector>

namespace cohort {

/// Ranks whose processors are alike.
struct ProcessorKind {
  std::string name{};
  std::vector<int> ranks{};  ///< rising
};

/// What this process's numbers depend on beside the program: the processor's name, and what GLIBC_TUNABLES lets the C
/// library use of it.
std::string processor_name();

/// All kinds of a job, in the order of their first ranks; on rank 0, none on others (collective).
std::vector<ProcessorKind> processor_kinds(MPI_Comm comm);

/// "AMD EPYC 9B45", or with several kinds "AMD EPYC 9B45 (ranks 0-63), Intel Xeon (ranks 64-127)".
std::string processors_text(const std::vector<ProcessorKind>& kinds);

}  // namespace cohort
