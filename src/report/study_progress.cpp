#include <cohort/report/study_progress.hpp>

#include <cohort/store/run_table.hpp>

namespace cohort {

StudyProgress progress_of(ResultsFile& file) {
  StudyProgress progress;
  progress.title = file.attribute("/", "title");
  const auto states = RunTable(file).read_states();
  for (std::size_t run = 0; run < states.size(); ++run) {
    const RunStatus status = states[run].status;
    ++progress.n_runs[static_cast<std::size_t>(status)];
    if (status == RunStatus::diverged || status == RunStatus::failed)
      progress.troubled.push_back({run, status, states[run].message});
  }
  const AnalysisLog log(file);
  progress.analyses = log.states();
  progress.failures = log.failures();
  progress.segments = SegmentLog(file).read();
  return progress;
}

}  // namespace cohort
