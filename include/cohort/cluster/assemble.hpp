#pragma once

#include <mpi.h>

#include <cstdint>
#include <span>

namespace cohort {

/// Joins `words` over all ranks, in place (collective): bitwise or. Every word must come from at most one rank, the
/// others holding zero; then any bits come through as they are, negative zeros and the payloads of NaNs too, and the
/// result is the same for any number of ranks.
void assemble(MPI_Comm comm, std::span<std::uint64_t> words);

}  // namespace cohort
