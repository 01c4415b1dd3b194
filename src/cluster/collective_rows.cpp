#include <cohort/cluster/collective_rows.hpp>

#include <cohort/store/together.hpp>

#include <algorithm>

namespace cohort {

void assemble(MPI_Comm comm, MatrixXd& values) {
  constexpr Index block = 1 << 27;  // MPI counts are int
  for (Index first = 0; first < values.size(); first += block)
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, values.data() + first,
                            static_cast<int>(std::min(block, values.size() - first)), MPI_DOUBLE, MPI_SUM, comm),
              "MPI_Allreduce");
}

RowRange rows_of_rank(std::size_t n, int rank, int n_ranks) {
  const auto r = static_cast<std::size_t>(rank), size = static_cast<std::size_t>(n_ranks);
  return {n * r / size, n * (r + 1) / size};
}

}  // namespace cohort
