#pragma once

#include <cohort/study/study.hpp>
#include <cohort/tasks/task.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Adds measures, variants, to those of a study; what it has already is no error. Of the task only its conditions and
/// sample steps count. Throws UserError for an unknown measure, or one that the task does not allow.
void add_measures(const std::vector<std::string>& variants, const TaskInfo& task, Study& study);

/// Adds recordings: each a path, or a table as [similarity] recordings has it, `{file = "m1.npy", name = "M1"}`. One
/// that the study has already under this name with the same numbers is no error. Throws UserError for a recording that
/// cannot be read or compared with the task's trials, and for a name that stands for other numbers.
void add_recordings(const std::vector<std::string>& written, const TaskInfo& task, Study& study);

}  // namespace cohort
