#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/study/study.hpp>

#include <map>
#include <string>

namespace cohort {

/// The values of all parameters of a task, as texts.
using TaskValues = std::map<std::string, std::string>;

TaskValues values_of(const Description& task, const Parameters& parameters);

/// Makes the path of a user's file count from the folder of the study file.
void resolve_path(const Study& study, const Description& task, const std::string& parameter, std::string& value);

/// The variant of a task with these values, leaving out the empty ones.
std::string task_variant(const Description& task, const TaskValues& values);

}  // namespace cohort
