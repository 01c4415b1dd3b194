#pragma once

#include <cohort/analysis/analysis.hpp>
#include <cohort/cluster/crew.hpp>
#include <cohort/store/results_file.hpp>

#include <memory>
#include <vector>

namespace cohort {

/// What became of the analyses of a job, the same on every rank.
struct AnalysisOutcome {
  bool stopped = false;      ///< ended early on purpose
  std::size_t n_failed = 0;  ///< items that could not be computed; they are tried again by the next job
};

/// Computes every item of every analysis that the file does not hold yet, or holds from other payloads or options
/// (collective).
///
/// Items are handed out in rounds of some seconds. A round ends together: a reduction joins the blocks that ranks have
/// computed, all ranks write them, and only then what they were made from. So whoever is killed or stopped loses one
/// round at most, and the file does not depend on the number of ranks. An item that throws is recorded and the rest
/// goes on. Throws AgreedUserError when the file cannot be written.
AnalysisOutcome run_analyses(const std::vector<std::unique_ptr<Analysis>>& analyses, const FinishedRuns& runs,
                             ResultsFile& file, Crew& crew);

/// Items of an analysis that the file does not hold yet, or holds from other payloads or options; values that were
/// damaged since are not looked for. One process.
std::size_t n_open_items(const Analysis& analysis, const FinishedRuns& runs, ResultsFile& file);

}  // namespace cohort
