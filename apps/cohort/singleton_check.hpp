#pragma once

namespace cohort::app {

/// Throws UserError when whoever launched this process launched several, but MPI sees `size` = 1: each would be a job
/// of its own on the same file. That is what another MPI's mpirun does, or an srun that knows no PMIx.
void refuse_singletons(int size);

}  // namespace cohort::app
