#pragma once

#include <cohort/tasks/task.hpp>

#include <memory>
#include <string>

namespace cohort {

/// The task of a variant. As long as anybody holds it, everybody who asks for the same variant gets this one: large
/// files are read once, and what is in them cannot change under a job. Throws UserError as the registry does.
std::shared_ptr<const Task> shared_task(const std::string& variant);

}  // namespace cohort
