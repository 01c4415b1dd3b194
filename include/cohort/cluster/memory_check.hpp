#pragma once

#include <cohort/study/design.hpp>

#include <mpi.h>

namespace cohort {

/// Memory that processes of this host may still take, bytes: of the machine, or of the control group that a scheduler
/// gave the job. Infinite where the system does not tell.
double available_memory();

/// Warns when the ranks of some host need more memory than it has for them, by what the study's networks and analyses
/// take at least (collective). Whoever lacks it in the end fails run by run, or is killed by the system.
void warn_of_memory(const Study& study, const Design& design, MPI_Comm comm);

}  // namespace cohort
