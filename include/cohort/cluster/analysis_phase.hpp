#pragma once

#include <cohort/analysis/analysis.hpp>
#include <cohort/cluster/crew.hpp>
#include <cohort/store/results_file.hpp>

#include <cstdint>
#include <functional>
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

/// Items of an analysis that a file does not hold yet, or holds from other payloads or options.
struct OpenItems {
  std::size_t n = 0;
  std::size_t n_in_part = 0;  ///< of them, those of whose values some still hold
};

/// How many there are, where `read` gives the numbers of one block of made_from; values that were damaged since are not
/// looked for. One process.
OpenItems open_items(const Analysis& analysis, const FinishedRuns& runs,
                     const std::function<std::vector<std::uint64_t>(const BlockPlace&)>& read);

}  // namespace cohort
