#pragma once

#include <cohort/core/matrix.hpp>

#include <mpi.h>

namespace cohort {

/// Adds up `values` over all ranks, in place (collective). Every element must come from at most one rank, the others
/// holding zero: then the sum is exact and the same for any number of ranks.
void assemble(MPI_Comm comm, MatrixXd& values);

/// The rows [first, last) of `n` that this rank writes.
struct RowRange {
  std::size_t first, last;
};
RowRange rows_of_rank(std::size_t n, int rank, int n_ranks);

}  // namespace cohort
