#pragma once

#include <cohort/store/results_file.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// Which run of the old file becomes which run of the new one: finished and of the same key.
struct KeptRun {
  std::size_t from, to;
};

/// What the results that a file has are to a study, which may have changed since.
struct ResumePlan {
  bool is_unchanged = false;              ///< the file has room for everything: it is written as it is
  std::size_t n_runs = 0;                 ///< of the study
  std::size_t n_finished = 0;             ///< in the file
  std::size_t n_kept = 0;                 ///< of them, as they are
  std::size_t n_again = 0;                ///< of them, trained again although the study still has them
  std::string why_again{};                ///< "snapshots at update=7 were not stored"; empty when n_again is 0
  std::vector<std::string> dropped{};     ///< what is no longer stored: "weights", "snapshots at update=7"
  std::vector<KeptRun> kept{};            ///< empty when the file is unchanged
  std::vector<std::size_t> level_from{};  ///< where the old file has each level of the new one
  bool rows_stay = true;                  ///< what kept runs left behind keeps its checksum
  std::vector<std::string> carried{};     ///< made_from of the analyses that move with the kept runs

  std::size_t n_to_train() const { return n_runs - n_kept; }
  /// Finished runs that the study no longer has.
  std::size_t n_gone() const { return n_finished - n_kept - n_again; }
  /// Something of the old file is in no other place: it is kept aside.
  bool loses_something() const { return n_kept < n_finished || !dropped.empty(); }
};

/// The file has everything that the schema describes, in its place.
bool is_unchanged(ResultsFile& file, const Schema& schema);

/// Compares a file with the schema of the study as it is now. `finished` as RunTable::finished says. `former_keys` are
/// what earlier versions called the runs, for a file that they made; `unchanged` as is_unchanged says. Any rank alone.
ResumePlan plan_resume(ResultsFile& file, const Schema& schema, const std::vector<bool>& finished,
                       const Generated<std::string>& former_keys, bool unchanged);

/// "16 of 20 runs are kept, 4 are to train; 2 finished runs are no longer in the study": one line.
std::string resume_text(const ResumePlan& plan);

}  // namespace cohort
