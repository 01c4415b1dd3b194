#pragma once

#include "toml_section.hpp"

#include <cohort/study/study.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Throws UserError when the conditions of a task do not allow a measure.
void check_measure(const std::string& name, const TaskInfo& task);

/// Throws UserError, with its place, for a measure of [similarity] that the task's conditions do not allow.
void check_measures(const TomlSection& similarity, const Study& study);

/// [similarity] recordings: each a path, or a table { file = "m1.npy", axes = ["units", "time", "conditions"], name =
/// "M1" } whose last two keys may be left out. Reads the files. Throws UserError, with its place, for a recording that
/// cannot be read or compared with the task's trials.
void read_recordings(TomlSection& similarity, Study& study);

/// One entry of the list, beside the trials of any task.
void read_recording_of(TextOrTable written, const TaskInfo& task, Study& study);

}  // namespace cohort
