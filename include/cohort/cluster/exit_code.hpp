#pragma once

#include <cohort/cluster/mpi_session.hpp>

#include <functional>

namespace cohort {

/// Calls `command` on this rank and turns what it throws into the exit code of the job.
///
/// An error that all ranks agreed on (see together) is told once, by rank 0, and every rank returns in good order. Any
/// other error is known to this rank alone, while the others may wait for it for ever: it is told by this rank, and
/// MPI_Abort ends the whole job at once. Where a rank died (RankLost) this one leaves at once, without MPI_Finalize,
/// with kStoppedEarly. UserErrors give kUserError, all others kInternalError.
int exit_code_of(const MpiSession& session, const std::function<int()>& command);

}  // namespace cohort
