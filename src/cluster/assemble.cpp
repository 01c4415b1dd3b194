#include <cohort/cluster/assemble.hpp>

#include <cohort/store/together.hpp>

#include <algorithm>

namespace cohort {

void assemble(MPI_Comm comm, std::span<std::uint64_t> words) {
  constexpr std::size_t block = 1 << 27;  // MPI counts are int
  for (std::size_t first = 0; first < words.size(); first += block)
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, words.data() + first, static_cast<int>(std::min(block, words.size() - first)),
                            MPI_UINT64_T, MPI_BOR, comm),
              "MPI_Allreduce");
}

}  // namespace cohort
