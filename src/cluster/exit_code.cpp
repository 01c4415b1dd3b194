#include <cohort/cluster/exit_code.hpp>

#include <cohort/cluster/rank_lost.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/exit_code.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/store/together.hpp>

#include <cstdio>
#include <cstdlib>

namespace cohort {
namespace {

int leave(const MpiSession& session, const std::exception& error, int code) {
  const bool all_know = dynamic_cast<const AgreedError*>(&error) != nullptr;
  if (session.size() == 1 || (all_know && session.rank() == 0)) {
    std::fprintf(stderr, "cohort: %s\n", error.what());
  } else if (!all_know) {
    std::fprintf(stderr, "cohort: rank %d: %s\n", session.rank(), error.what());
    std::fflush(nullptr);
    MPI_Abort(session.communicator(), code);
  }
  if (session.size() > 1 && ResultsFile::is_any_abandoned()) {  // no MPI_Finalize, which would close it
    std::fflush(nullptr);
    std::_Exit(code);
  }
  return code;
}

}  // namespace

int exit_code_of(const MpiSession& session, const std::function<int()>& command) {
  try {
    return command();
  } catch (const RankLost& lost) {
    if (session.rank() == 0) std::fprintf(stderr, "cohort: %s\n", lost.what());
    std::fflush(nullptr);
    std::_Exit(kStoppedEarly);
  } catch (const UserError& error) {
    return leave(session, error, kUserError);
  } catch (const std::exception& error) {
    return leave(session, error, kInternalError);
  }
}

}  // namespace cohort
