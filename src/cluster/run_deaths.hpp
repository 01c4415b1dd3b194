#pragma once

#include <cohort/study/design.hpp>

#include <cstddef>
#include <set>
#include <string>

namespace cohort {

/// How often runs were under way when a process that trained them died, as one small file for each such run,
/// `<results>.running/<key>.deaths`. Rank 0 alone writes and reads them.
///
/// Only deaths between which nothing of the run was saved count: a run that gets on is not what kills.
class RunDeaths {
 public:
  /// `tries`: with so many deaths a run is given up.
  RunDeaths(const std::string& results_path, int tries) : folder_(results_path + ".running"), tries_(tries) {}

  enum class Of {
    own_worker,  ///< nothing else died
    whole_job    ///< other runs were under way, too: any of them, or none, may be why
  };

  /// Notes one more. Never throws: where it cannot be noted the run is begun again.
  void note(const Study& study, const Run& run, Of of) const noexcept;
  /// So many deaths that it is given up; 0 when it is not. Of the whole job one more is allowed.
  int n_if_given_up(const Study& study, const Run& run) const;
  /// Runs of which any was noted since they were saved last: they should come after all others.
  std::set<std::size_t> suspects(const Study& study, const Design& design) const;
  /// It is to be tried again.
  void forget(const Run& run) const noexcept;

 private:
  struct Counts {
    int own = 0, all = 0;
  };
  std::string path_of(const Run& run) const;
  long long saved_updates(const Study& study, const Run& run) const;
  Counts counts(const Study& study, const Run& run) const;

  std::string folder_;
  int tries_;
};

}  // namespace cohort
