// One rank meets an error while the others wait for it: see CMakeLists.txt.
#include <cohort/cluster/exit_code.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/store/together.hpp>

#include <string>

int main(int argc, char** argv) {
  using namespace cohort;
  const std::string kind = argc > 1 ? argv[1] : "";
  const MpiSession session;
  return exit_code_of(session, [&] {
    const auto fail_on_last = [&] {
      if (session.rank() != session.size() - 1) return;
      if (kind == "user") throw UserError("disk full");
      throw InternalError("a bug");
    };
    if (kind == "agreed")
      together(session.communicator(), fail_on_last);
    else
      fail_on_last();
    check_mpi(MPI_Barrier(session.communicator()), "MPI_Barrier");
    return 0;
  });
}
