#pragma once

#include <stdexcept>
#include <string>

namespace cohort {

/// A rank of the job has died while this one lives. Nothing collective can be called any more, MPI_Finalize included:
/// the process is to leave with what it knows written down (see exit_code_of).
class RankLost : public std::runtime_error {
 public:
  explicit RankLost(const std::string& what)
      : std::runtime_error(what + "; what is finished is kept, run the same command again to go on") {}
};

}  // namespace cohort
