#include <cohort/cluster/broadcast.hpp>

#include <cohort/store/together.hpp>

#include <algorithm>
#include <cstdint>

namespace cohort {
namespace {

void broadcast_number(MPI_Comm comm, std::uint64_t& number) {
  check_mpi(MPI_Bcast(&number, 1, MPI_UINT64_T, 0, comm), "MPI_Bcast");
}

}  // namespace

void broadcast(MPI_Comm comm, std::string& text) {
  constexpr std::size_t block = 1 << 30;
  std::uint64_t size = text.size();
  broadcast_number(comm, size);
  text.resize(size);
  for (std::size_t first = 0; first < size; first += block)
    check_mpi(MPI_Bcast(text.data() + first, static_cast<int>(std::min(block, size - first)), MPI_CHAR, 0, comm),
              "MPI_Bcast");
}

void broadcast(MPI_Comm comm, FileAnswers& answers) {
  std::uint64_t n_answers = answers.size();
  broadcast_number(comm, n_answers);
  auto own = answers.begin();
  for (std::uint64_t i = 0; i < n_answers; ++i) {
    const bool has_own = own != answers.end();
    std::string question = has_own ? own->first : "";
    broadcast(comm, question);
    std::uint64_t is_error = has_own && own->second.is_error;
    broadcast_number(comm, is_error);
    FileAnswer& answer = has_own ? own->second : answers[question];
    answer.is_error = is_error != 0;
    broadcast(comm, answer.bytes);
    if (has_own) ++own;
  }
}

}  // namespace cohort
