#pragma once

#include <cohort/store/results_file.hpp>

#include <string>
#include <vector>

namespace cohort {

/// An open results file, and which of its runs are finished.
struct StudyResults {
  ResultsFile file;
  std::vector<bool>
      finished;  ///< [n_runs] done or diverged with a right checksum: looked at once, the same on every rank
};

/// The results file of a study, open for writing (collective). The caller must hold its Lease.
///
/// - There is none: it is made.
/// - It has the runs and datasets of `schema`: it is opened; what is finished stays finished.
/// - Runs or datasets differ (seeds were added, a measure was added): a new file is
///   made beside it, finished runs whose key is in both are copied, and it replaces the old one in one step. Whole
///   datasets that are in both are copied when the runs are the same. When something of the old file has no
///   place in the new one, the old file is kept as `<path>.previous` (`.previous-2`, ...).
///
/// Rank 0 says what is kept and what is to train, see resume_text. `former_keys` as for plan_resume. Throws everything
/// that ResultsFile::create and ResultsFile::open throw; the old file is then as it was. That the file belongs to the
/// study at all is for the caller to know, see check_same_study.
StudyResults open_study_results(const std::string& path, const Schema& schema, MPI_Comm comm,
                                const Generated<std::string>& former_keys = {});

}  // namespace cohort
