#pragma once

#include <cohort/store/checkpoint_file.hpp>
#include <cohort/study/design.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// The last states of runs that have ended, of a study that keeps them: one file each, `<results>.states/ab/<name>`,
/// called as the run's random streams are (Run::streams), which do not depend on its number of updates; ab are the
/// first two digits, so that no folder holds very many. Beside the results and not in them, because their sizes are
/// known when a run has ended and not before, they are of no use to whoever reads results, and may be deleted when a
/// study will not grow.
class KeptStates {
 public:
  explicit KeptStates(const std::string& results_path) : folder_(results_path + ".states") {}

  CheckpointFile file_of(const Study& study, const Run& run) const;
  /// How many of the runs that are not finished have a file; none when their study keeps no states.
  std::size_t n_to_go_on(const Design& design, const std::vector<bool>& finished) const;
  /// Takes over the files of other results, but for those that are there already (one process). Throws UserError when
  /// the disk refuses.
  void take_over(const KeptStates& others) const;

  const std::string& folder() const { return folder_; }

 private:
  std::string path_of(const std::string& streams) const;

  std::string folder_;
};

}  // namespace cohort
