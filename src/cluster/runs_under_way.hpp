#pragma once

#include <cohort/store/kept_states.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/run_keeper.hpp>

#include <mpi.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace cohort {

/// The runs of a results file that were begun and have not ended: one small file each, `<results>.running/<key>`. Only
/// what ran when a job stopped or died is there, and what has run for longer than the time between two saves. Of a
/// study that keeps states, the runs that have ended besides, see KeptStates.
class RunsUnderWay {
 public:
  /// `every`: between two saves of a run; more where saving takes more than a hundredth of it.
  RunsUnderWay(const std::string& results_path, std::chrono::duration<double> every);

  /// Rank 0 looks what is there, deletes what belongs to runs that are finished, and tells the others (collective).
  void find(const Design& design, const std::vector<bool>& finished, MPI_Comm comm);
  std::size_t n_found() const { return found_.size(); }
  /// Runs to train that go on from where they ended with fewer updates (rank 0).
  std::size_t n_to_go_on() const { return n_to_go_on_; }

  /// Keeps a run while it is trained on this rank.
  std::unique_ptr<RunKeeper> keeper_of(const Study& study, const Run& run) const;
  /// No run is under way any more but those with these keys: deletes what may be left of others (rank 0).
  void clear(const std::set<std::string>& but = {}) const noexcept;

 private:
  std::string path_of(const std::string& key) const { return folder_ + "/" + key; }

  std::string folder_;
  KeptStates kept_states_;
  std::size_t n_to_go_on_ = 0;
  std::chrono::duration<double> every_;
  std::set<std::string> found_;  ///< keys, the same on every rank
};

}  // namespace cohort
