#pragma once

#include <cohort/store/analysis_log.hpp>
#include <cohort/store/segment_log.hpp>
#include <cohort/study/run_result.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

class ResultsFile;

/// A run that diverged or failed.
struct TroubledRun {
  std::size_t run = 0;
  RunStatus status = RunStatus::failed;
  std::string message{};
};

/// How far a results file is, during its job and after it: cheap to read, whatever the size of the results.
struct StudyProgress {
  std::string title{};
  std::array<std::size_t, 4> n_runs{};      ///< per RunStatus; checksums are not looked at
  std::vector<TroubledRun> troubled{};      ///< in the order of runs
  std::vector<AnalysisState> analyses{};    ///< in the order in which they are done
  std::vector<AnalysisFailure> failures{};  ///< items of analyses that could not be computed
  std::vector<Segment> segments{};          ///< starts of the job, oldest first

  std::size_t n_runs_of(RunStatus status) const { return n_runs[static_cast<std::size_t>(status)]; }
};

StudyProgress progress_of(ResultsFile& file);

}  // namespace cohort
