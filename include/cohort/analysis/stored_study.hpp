#pragma once

#include <cohort/store/results_file.hpp>
#include <cohort/study/study.hpp>
#include <cohort/tasks/task.hpp>

#include <string>

namespace cohort {

/// What a results file alone says of its study, as far as analyses of stored representations need it.
struct StoredStudy {
  Study study{};    ///< its name, text, [similarity] with the recordings as stored, and [effects]; nothing else
  TaskInfo task{};  ///< conditions, sample steps and time step; nothing else
};

/// Reads `file`. What `cohort analyse` has added to its measures and recordings is among them. Throws UserError when
/// its study cannot be understood or it has no representations.
StoredStudy stored_study(ResultsFile& file);

/// Adds to a study what `cohort analyse` has added to its results, with the recordings as stored there, unless it has
/// the same by now.
void keep_added(ResultsFile& file, Study& study);

/// "measures cka, dsa and recording M1": what was added; empty for nothing.
std::string added_text(const SimilarityOptions& similarity);

}  // namespace cohort
